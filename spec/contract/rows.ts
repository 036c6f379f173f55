import type { Row } from './contract.ts';
import { byobRows } from './rows/byob.ts';
import { channelRows } from './rows/channels.ts';
import { codecRows } from './rows/codecs.ts';
import { demandRows } from './rows/demand.ts';
import { endRows } from './rows/ends.ts';
import { forkRows } from './rows/forks.ts';
import { httpFlowRows } from './rows/http-flow.ts';
import { httpMessageRows } from './rows/http-messages.ts';
import { httpTunnelRows } from './rows/http-tunnels.ts';
import { memoryRows } from './rows/memory.ts';
import { messageRows } from './rows/messages.ts';
import { operatorRows } from './rows/operators.ts';
import { portRows } from './rows/ports.ts';
import { pumpRows } from './rows/pump.ts';
import { readingRows } from './rows/reading.ts';

/** What every body must do, in every runtime. */
export const rows: readonly Row[] = [
  ...demandRows,
  ...endRows,
  ...memoryRows,
  ...byobRows,
  ...readingRows,
  ...messageRows,
  ...pumpRows,
  ...portRows,
  ...channelRows,
  ...forkRows,
  ...operatorRows,
  ...codecRows,
  ...httpMessageRows,
  ...httpFlowRows,
  ...httpTunnelRows,
];
