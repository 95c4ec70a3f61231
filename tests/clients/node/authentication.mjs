// Enrolls, lists and removes a phone with @auth0/auth0-auth-js.
import assert from "node:assert/strict";
import { AuthClient, isMfaRequiredError } from "@auth0/auth0-auth-js";

const { DOMAIN: domain, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, USERNAME: username, PASSWORD: password } = process.env;
const { MFA_AUDIENCE: audience, PHONE: phoneNumber, INBOX: inbox, INBOX_TOKEN: inboxToken } = process.env;
const client = new AuthClient({ domain, clientId, clientSecret });
const scope = "openid enroll read:authenticators remove:authenticators";

async function code() {
  const url = `${inbox}?${new URLSearchParams({ to: phoneNumber, wait: "10" })}`;
  const messages = await (await fetch(url, { headers: { authorization: `Bearer ${inboxToken}` } })).json();
  return messages.at(-1).code;
}

const tokens = await client.getTokenByPassword({ username, password, audience, scope });
const mfaToken = tokens.accessToken;
const started = await client.mfa.enrollAuthenticator({ authenticatorTypes: ["oob"], oobChannels: ["sms"], phoneNumber, mfaToken });
assert.equal(started.bindingMethod, "prompt");
const confirmed = await client.mfa.verify({ factorType: "oob", oobCode: started.oobCode, bindingCode: await code(), mfaToken });
assert.ok(confirmed.accessToken);
const [listed] = await client.mfa.listAuthenticators({ mfaToken });
assert.equal(listed.active, true);
await assert.rejects(client.getTokenByPassword({ username, password, audience, scope }), (met) => isMfaRequiredError(met));
await client.mfa.deleteAuthenticator({ authenticatorId: listed.id, mfaToken });
assert.deepEqual(await client.mfa.listAuthenticators({ mfaToken }), []);
