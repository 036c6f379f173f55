import type { Deviation } from './contract.ts';
import { byobRows } from './rows/byob.ts';

const natives = ['native', 'native bytes', 'native Response', 'polyfill', 'polyfill bytes'];
const stream = ['whatwg-node'];
const response = ['whatwg-node Response'];
const both = [...stream, ...response];

const readsAhead = 'its streams stand on a node:stream.Readable, which reads ahead whatever is asked';
const losesReason =
  'its reader ends the iterator of a node:stream.Readable, which makes an AbortError or null of the reason';
const losesError =
  'its stream hears nothing of a pull that rejects: reads hang, and the rejection is unhandled';
const waits = 'its reader cancels only once the pending read has settled';

const nodes = ['node 20', 'node 22', 'node 24', 'node 26'];

/** On every other runtime the classes of @whatwg-node/fetch are the runtime's own. */
const ofWhatwgNode: readonly Deviation[] = [
  ...(['source', 'consumer'] as const).flatMap((kind): Deviation[] => [
    { row: 'one read costs one pull', of: { [kind]: both }, reason: readsAhead },
    { row: 'cancel hands the source the same reason', of: { [kind]: both }, reason: losesReason },
    {
      row: 'cancel stops the source before any further pull, also while a pull is pending',
      of: { [kind]: both },
      reason: waits,
    },
    {
      row: [
        'an error of the source comes after what was received, and is the same',
        'an error of the source never looks like the end',
      ],
      of: { [kind]: stream },
      reason: losesError,
    },
  ]),
  {
    row: 'an error of the source comes after what was received, and is the same',
    of: { source: natives, consumer: response },
    on: ['node 26'],
    reason: 'Readable.fromWeb drops what it holds when the stream fails',
  },
  {
    row: 'an aborted signal errors the body at once, with its reason, and cancels the source with it',
    of: { source: both },
    reason: losesReason,
  },
  {
    row: 'an aborted signal errors the body at once, with its reason, and cancels the source with it',
    of: { consumer: stream },
    reason: losesError,
  },
  {
    row: ['a limit hands the source the same error', 'a BYOB reader hears of errors and cancels the source'],
    of: { source: both },
    reason: losesReason,
  },
  {
    row: 'the source stream is locked while it is read, and free after the end, an error and a cancel',
    of: { source: stream },
    reason: losesError,
  },
  { row: 'trailers reject when the consumer leaves', of: { consumer: both }, reason: losesReason },
  {
    row: 'a source that reuses one buffer',
    of: { consumer: both },
    reason: `${readsAhead}: a default-mode body passes views on, and they change while they wait there`,
  },
  {
    row: 'iterate that is left early cancels and unlocks; with preventCancel the rest can be read',
    of: { source: both },
    reason: 'its reader destroys the stream when it releases the lock',
  },
  {
    row: 'iterate throws the error of the source, or the reason of its signal',
    of: { source: both },
    reason: losesError,
  },
  {
    row: 'a message whose body was read is refused at the call',
    of: { fetch: stream },
    reason: 'its messages do not say that a body of text was used',
  },
  {
    row: 'bodyOf a Response over a BodyStream knows its length and trailers',
    of: { fetch: stream },
    reason: 'its messages put a stream of their own around the body; respond() keeps both',
  },
  {
    row: 'a sink that stalls stops the source after the chunk in hand',
    of: { streams: stream },
    reason: readsAhead,
  },
  {
    row: 'through a TransformStream of any brand and into a body again',
    of: { streams: stream },
    reason: 'its TransformStream needs a transformer',
  },
];

const smallReads =
  'a default read of its byte streams comes with a view of 4096 bytes: the chunk in hand is handed out in parts, by copy';

const noByteStreams = 'it has no byte streams: a body of bytes is a default stream there';
const browsers = ['chromium', 'firefox', 'webkitgtk'];

const ofRuntimes: readonly Deviation[] = [
  {
    row: [
      'it holds at most highWaterMark bytes and one chunk',
      'a whole buffer is copied, and is taken only by a byte stream that was told so',
      'memory of WebAssembly is never taken',
    ],
    of: {},
    on: ['workerd'],
    reason: smallReads,
  },
  {
    row: 'memory of the source stays whole when its bytes cross a port, unless it gives them away',
    of: {},
    on: ['workerd'],
    reason: 'its ports transfer nothing: bytes that were given away are copied',
  },
  {
    row: 'a port whose other end is closed fails the body, and cancels the source',
    of: {},
    on: ['deno', ...browsers],
    reason: 'its ports have no close event; what Sluice itself does is told by messages',
  },
  {
    row: [
      'bodyOf a Request of any brand over a stream of its own',
      'messages are of the classes that were asked for, on both ends',
    ],
    of: {},
    on: ['firefox'],
    reason: 'its Request makes text of a stream',
  },
  {
    row: 'what a BYOB read that was given up had of its view comes first, however many reads wait',
    of: {},
    on: nodes,
    reason:
      'its byte streams serve more reads than they have bytes for, and fail by an assertion of their own',
  },
  {
    row: 'what a BYOB read that was given up had of its view comes first, however many reads wait',
    of: {},
    on: ['workerd'],
    reason: 'its byte streams drop it with the read',
  },
  { of: { source: ['native bytes'] }, on: ['webkitgtk'], reason: noByteStreams },
  { row: byobRows.map(({ name }) => name), of: {}, on: ['webkitgtk'], reason: noByteStreams },
  {
    row: 'a tunnel that breaks never looks finished, and what is written into it is stopped',
    of: { wire: ['HTTP/1.1 over sockets'] },
    on: ['deno', 'workerd'],
    reason: 'its sockets can not be reset: what ends looks ended',
  },
  {
    of: { wire: ['HTTP/1.1 over sockets', 'HTTP/2 over sockets'] },
    on: browsers,
    reason: 'a page can open no sockets',
  },
];

/** Where a brand, or a runtime, itself keeps a row from holding. */
export const deviations: readonly Deviation[] = [
  ...ofWhatwgNode.map((one) => ({ on: nodes, ...one })),
  ...ofRuntimes,
];
