// A real provider of OpenID Connect (npm's `oidc-provider`) for the tests beside this file. It says on its
// first line where it is, and ends with its standard input.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

const require = createRequire(pathToFileURL(`${process.env.SAVIA_TEST_OIDC}/`));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const { redirect_uris, post_logout_redirect_uris } = JSON.parse(process.argv.at(-1));

const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const api = { scope: 'read', audience: 'notes', accessTokenFormat: 'jwt', accessTokenTTL: 300 };
const provider = new Provider(issuer, {
  clients: [
    { client_id: 'shop', client_secret: 'a secret', redirect_uris, post_logout_redirect_uris },
    {
      client_id: 'robot', client_secret: 'another secret', redirect_uris: [], response_types: [],
      grant_types: ['client_credentials'], scope: 'read',
    },
  ],
  scopes: ['openid', 'email', 'profile', 'read'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['a key of the tests'] },
  pkce: { required: () => true },
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: { enabled: true, getResourceServerInfo: () => api },
  },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, email: `${id}@example.com`, email_verified: true }),
  }),
});
server.on('request', provider.callback());
console.log(issuer);
process.stdin.resume().on('end', () => process.exit(0));
