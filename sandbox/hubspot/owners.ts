import { USER_ID } from './oauth-tokens.ts'

export interface Owner {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly userId: number
}

/** The people of the portal to whom records can belong. */
export const OWNERS: readonly Owner[] = [
  {
    id: '101',
    email: 'ines.okafor@sandbox.example',
    firstName: 'Ines',
    lastName: 'Okafor',
    userId: USER_ID,
  },
  {
    id: '102',
    email: 'tom.berglund@sandbox.example',
    firstName: 'Tom',
    lastName: 'Berglund',
    userId: 7002,
  },
  {
    id: '103',
    email: 'priya.nair@sandbox.example',
    firstName: 'Priya',
    lastName: 'Nair',
    userId: 7003,
  },
]

export function isOwner(id: string): boolean {
  return OWNERS.some((owner) => owner.id === id)
}
