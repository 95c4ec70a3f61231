// Uses the Management API with npm's auth0.
import assert from "node:assert/strict";
import { ManagementClient } from "auth0";

const { DOMAIN: domain, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, CONNECTION: connection } = process.env;
const api = new ManagementClient({ domain, clientId, clientSecret, maxRetries: 0 });

const email = `node-${process.pid}@example.test`;
const made = await api.users.create({ connection, email, password: "Passw0rd!of-mary", app_metadata: { a: 1, b: 2 } });
const changed = await api.users.update(made.user_id, { app_metadata: { a: null, c: 3 }, blocked: true });
assert.deepEqual(changed.app_metadata, { b: 2, c: 3 });
assert.deepEqual((await api.users.listUsersByEmail({ email })).map((one) => one.user_id), [made.user_id]);
const found = [];
for await (const one of await api.users.list({ q: `email:"${email}"`, per_page: 1 })) found.push(one.email);
assert.deepEqual(found, [email]);

const phone = await api.users.authenticationMethods.create(made.user_id, { type: "phone", phone_number: "+15551234567" });
assert.equal(phone.preferred_authentication_method, "sms");
const methods = [];
for await (const one of await api.users.authenticationMethods.list(made.user_id)) methods.push(one.phone_number);
assert.deepEqual(methods, ["XXXXXXXX4567"]);
await api.users.authenticationMethods.delete(made.user_id, phone.id);

const connections = [];
for await (const one of await api.connections.list({ take: 1 })) connections.push(one);
assert.ok(connections.length >= 1);
const clients = await api.connections.clients.get(connections[0].id, {});
assert.ok(clients.data.some((one) => one.client_id === clientId));
assert.deepEqual((await api.guardian.factors.list()).filter((one) => one.enabled).map((one) => one.name), ["sms", "otp"]);
assert.deepEqual((await api.guardian.factors.phone.getMessageTypes()).message_types, ["sms"]);
assert.deepEqual(await api.guardian.policies.list(), []);
await assert.rejects(api.users.create({ connection, email, password: "Passw0rd!of-mary" }), { statusCode: 409 });
await api.users.delete(made.user_id);
await assert.rejects(api.users.get(made.user_id), (met) => met.statusCode === 404 && met.body.errorCode === "inexistent_user");
