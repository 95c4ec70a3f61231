// Uses discovery, client credentials and a refusal with openid-client.
import assert from "node:assert/strict";
import * as openid from "openid-client";

const { DOMAIN: domain, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = process.env;
const config = await openid.discovery(new URL(`https://${domain}/`), clientId, clientSecret);
assert.equal(config.serverMetadata().issuer, `https://${domain}/`);
const audience = `https://${domain}/api/v2/`;
const tokens = await openid.clientCredentialsGrant(config, { audience });
assert.equal(tokens.expires_in, 86400);
const users = await openid.fetchProtectedResource(config, tokens.access_token, new URL(`${audience}users`), "GET");
assert.equal(users.status, 200);
await assert.rejects(openid.clientCredentialsGrant(config, { audience: "https://nobody.test/" }), { error: "access_denied" });
