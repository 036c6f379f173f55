import * as sluice from '../../lib/mod.ts';
import * as testing from '../../lib/testing/mod.ts';
import { everyOperator } from '../contract/every-operator.ts';

/** Every operator from bytes to bytes: the table of the contract. */
export const every = everyOperator({ sluice, testing });
