import { lookup } from 'node:dns/promises';
import type { Names } from '../ports/names.ts';

export const nodeNames: Names = {
  address: async (host) => (await lookup(host)).address,
};
