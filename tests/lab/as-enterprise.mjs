/**
 * An organisation and a server's authorization server that takes its word, both on loopback and in one program:
 * enterprise-managed authorization (ID-JAG). Usage: node as-enterprise.mjs [port]
 *
 * <port>/idp is the organisation's identity provider: it exchanges its own ID tokens for its word to one
 * authorization server (RFC 8693). <port>/ras is the authorization server: it takes each word once (RFC 7523)
 * and gives a JWT for the resource that the word names. Both authenticate the client by secret.
 *
 * ID_TOKEN=file gets the ID token of the one person, as a sign-in at the organisation would leave it.
 * NO=file: as long as it exists, the organisation lets nobody anywhere.
 * STALE=n: the authorization server finds fault with the first n words.
 * SHORT=seconds sets the access token lifetime (default 3600).
 */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';

const port = Number(process.argv[2] ?? 39400);
const base = `http://127.0.0.1:${port}`;
const [idp, ras] = [`${base}/idp`, `${base}/ras`];
const ttl = Number(process.env.SHORT ?? 3600);
const JAG = 'urn:ietf:params:oauth:token-type:id-jag';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

async function signer(issuer) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: issuer, alg: 'ES256', use: 'sig' }] };
  const sign = (claims, typ, audience, life) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: issuer, typ }).setIssuer(issuer).setAudience(audience).setIssuedAt().setExpirationTime(`${life}s`).setJti(crypto.randomUUID()).sign(privateKey);
  return { keys, sign, verify: (token, audience, typ) => jwtVerify(token, createLocalJWKSet(keys), { issuer, audience, typ }) };
}
const [people, tokens] = [await signer(idp), await signer(ras)];
writeFileSync(process.env.ID_TOKEN, await people.sign({ sub: 'ana', email: 'ana@corp.example' }, 'JWT', 'corp-client', 3600));

const clients = { [idp]: ['corp-client', 'corp-secret'], [ras]: ['wiki-client', 'wiki-secret'] };
const refuse = (error, status = 400) => { throw Object.assign(new Error(error), { status }); };
const used = new Set();
let stale = Number(process.env.STALE ?? 0);

async function exchange(form) {
  if (form.grant_type !== EXCHANGE || form.requested_token_type !== JAG || form.subject_token_type !== 'urn:ietf:params:oauth:token-type:id_token') refuse('invalid_request');
  const { payload } = await people.verify(form.subject_token, 'corp-client').catch(() => refuse('invalid_grant'));
  if (existsSync(process.env.NO ?? '')) refuse('access_denied', 403);
  if (form.audience !== ras || !form.resource) refuse('invalid_target');
  const word = await people.sign({ sub: payload.sub, client_id: 'wiki-client', resource: form.resource, scope: form.scope }, 'oauth-id-jag+jwt', ras, 300);
  return { access_token: word, issued_token_type: JAG, token_type: 'N_A', expires_in: 300, scope: form.scope };
}

async function redeem(form) {
  if (form.grant_type !== BEARER) refuse('unsupported_grant_type');
  const { payload } = await people.verify(form.assertion, ras, 'oauth-id-jag+jwt').catch(() => refuse('invalid_grant'));
  if (used.has(payload.jti) || payload.client_id !== 'wiki-client' || payload.resource !== form.resource) refuse('invalid_grant');
  used.add(payload.jti);
  if (stale-- > 0) refuse('invalid_grant');
  return { access_token: await tokens.sign({ sub: payload.sub, scope: form.scope ?? '' }, 'at+jwt', payload.resource, ttl), token_type: 'Bearer', expires_in: ttl, scope: form.scope };
}

const token = (issuer, give) => async (req) => {
  const [id, secret] = Buffer.from(req.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString().split(':').map(decodeURIComponent);
  if (id !== clients[issuer][0] || secret !== clients[issuer][1]) refuse('invalid_client', 401);
  let body = '';
  for await (const piece of req) body += piece;
  return give(Object.fromEntries(new URLSearchParams(body)));
};
const about = (issuer, grant, more) => async () => ({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, grant_types_supported: [grant], token_endpoint_auth_methods_supported: ['client_secret_basic'], ...more });
const pages = {
  '/.well-known/oauth-authorization-server/idp': about(idp, EXCHANGE, { identity_chaining_requested_token_types_supported: [JAG] }),
  '/.well-known/oauth-authorization-server/ras': about(ras, BEARER, { authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'] }),
  '/idp/jwks': async () => people.keys, '/ras/jwks': async () => tokens.keys,
  '/idp/token': token(idp, exchange), '/ras/token': token(ras, redeem)
};
createServer(async (req, res) => {
  const page = pages[req.url] ?? (() => Promise.reject(Object.assign(new Error('not_found'), { status: 404 })));
  const [status, answer] = await page(req).then((answer) => [200, answer], (e) => [e.status ?? 500, { error: e.message }]);
  if (req.method === 'POST') console.log(req.url, status, answer.error ?? 'given');
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}).listen(port, '127.0.0.1', () => console.log(`Organisation ready ${base}`));
