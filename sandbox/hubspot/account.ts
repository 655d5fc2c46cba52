import { type Endpoint, segment } from './endpoint.ts'
import { notFound } from './errors.ts'
import { OWNERS, type Owner } from './owners.ts'
import type { Sandbox } from './sandbox.ts'

function ownerView(owner: Owner) {
  const time = new Date(0).toISOString()
  return { ...owner, type: 'PERSON', createdAt: time, updatedAt: time, archived: false }
}

/** The portal's own data: account details and owners. */
export function accountEndpoints(sandbox: Sandbox): Endpoint[] {
  return [
    {
      method: 'get',
      path: '/account-info/:version/details',
      budget: 'counted',
      scopes: () => [],
      run: (request) => ({
        status: 200,
        body: {
          portalId: sandbox.app.portalId,
          accountType: 'DEVELOPER_TEST',
          timeZone: 'UTC',
          companyCurrency: 'USD',
          additionalCurrencies: [],
          utcOffset: '+00:00',
          utcOffsetMilliseconds: 0,
          // The real value is a HubSpot host; a link to it would open somebody else's portal.
          uiDomain: request.url.host,
          dataHostingLocation: 'na1',
        },
      }),
    },
    {
      method: 'get',
      path: '/crm/owners/:version',
      budget: 'counted',
      scopes: () => ['crm.objects.owners.read'],
      run: () => ({ status: 200, body: { results: OWNERS.map(ownerView) } }),
    },
    {
      method: 'get',
      path: '/crm/owners/:version/:id',
      budget: 'counted',
      scopes: () => ['crm.objects.owners.read'],
      run(request) {
        const owner = OWNERS.find(({ id }) => id === segment(request, 'id'))
        if (!owner) throw notFound('There is no owner with this id')
        return { status: 200, body: ownerView(owner) }
      },
    },
  ]
}
