/** Known to the look-alike org and to the workers; opens nothing else. */
export const TOKEN_APP = {
  clientId: 'bench-client',
  clientSecret: 'sandbox-only-not-a-secret',
  redirectUrl: 'http://127.0.0.1:9/oauth/salesforce/callback',
  pubSubEndpoint: '127.0.0.1:9',
}
