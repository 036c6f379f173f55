import type { Brands, Deviation, Env, Library, Result, Row, Wire } from './contract.ts';
import { deviations } from './deviations.ts';
import { rows } from './rows.ts';

/** ms. */
const TICK = 50;

type Mix = Pick<Env, keyof Brands>;

export interface ContractRun {
  readonly name: string;
  /** Why it is known not to hold here. */
  readonly deviation: string | undefined;
  run(): Promise<Result>;
}

/** The contract as a list of tests for one runtime, by its name and major version, as `node 20`. */
export function contractRuns(library: Library, brands: Brands, runtime: string): ContractRun[] {
  return rows.flatMap((row) =>
    mixes(row, brands).map((mix) => {
      const of = row.uses.map((kind) => `${kind}: ${mix[kind].name}`).join(', ');
      const name = of === '' ? row.name : `${row.name} [${of}]`;
      const deviation = deviations.find((known) => applies(known, row, mix, runtime))?.reason;
      return {
        name,
        deviation,
        run: async () => {
          const error = await outcome(row, library, mix, deviation === undefined ? 30_000 : 2000);
          return {
            name,
            passed: error === undefined,
            ...(error !== undefined && { error }),
            ...(deviation !== undefined && { deviation }),
          };
        },
      };
    }),
  );
}

/** Runs them, some at once: they share nothing but the processor. */
export async function runAll(runs: readonly ContractRun[], atOnce: number): Promise<Result[]> {
  const results: Result[] = [];
  const left = runs.values();
  const take = async (): Promise<void> => {
    for (const { run } of left) results.push(await run());
  };
  await Promise.all(Array.from({ length: atOnce }, take));
  return results;
}

/** Whether a result is what it has to be; else what is wrong with it. */
export function complaint({ name, passed, error, deviation }: Result): string | undefined {
  if (deviation === undefined) return passed ? undefined : `${name}: ${error}`;
  return passed ? `${name}: holds now, but is listed as a deviation (${deviation})` : undefined;
}

/** Every mix of the brands that the row uses; of the others, the first. */
function mixes(row: Row, brands: Brands): Mix[] {
  let all: Partial<Mix>[] = [{}];
  for (const kind of ['source', 'consumer', 'streams', 'fetch', 'wire'] as const) {
    const choices = row.uses.includes(kind) ? brands[kind] : brands[kind].slice(0, 1);
    all = all.flatMap((mix) => choices.map((brand) => ({ ...mix, [kind]: brand })));
  }
  return all as Mix[];
}

function applies(known: Deviation, row: Row, mix: Mix, runtime: string): boolean {
  const kinds = Object.keys(known.of) as (keyof Brands)[];
  return (
    (known.row === undefined || [known.row].flat().includes(row.name)) &&
    (known.on?.includes(runtime) ?? true) &&
    kinds.every((kind) => row.uses.includes(kind) && known.of[kind]?.includes(mix[kind].name))
  );
}

/** What a row failed with. One that hangs fails too, after `patience` ms. */
async function outcome(row: Row, library: Library, mix: Mix, patience: number): Promise<string | undefined> {
  let timer: unknown;
  const wires: Wire[] = [];
  const open: Env['open'] = async (handler, options) => {
    const wire = await mix.wire.open(library, handler, options);
    wires.push(wire);
    return wire;
  };
  const env: Env = { ...library, ...mix, ...asserts, open };
  // A timer that is late counts as one on time: rows that share a busy machine do not hang.
  let ticks = patience / TICK;
  const hangs = new Promise<string>((resolve) => {
    const tick = (): void => {
      if (ticks-- > 0) timer = setTimeout(tick, TICK);
      else resolve('hangs');
    };
    tick();
  });
  try {
    return await Promise.race([row.run(env).then(() => undefined), hangs]);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    clearTimeout(timer as number);
    for (const { client, server } of wires) {
      client.abort();
      server.abort();
    }
  }
}

const asserts = {
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  },
  equal(actual: unknown, expected: unknown, what = 'the value'): void {
    const [is, should] = [JSON.stringify(plain(actual)), JSON.stringify(plain(expected))];
    if (is !== should) throw new Error(`${what} is ${is} and not ${should}`);
  },
  same(actual: unknown, expected: unknown, what = 'the value'): void {
    if (!Object.is(actual, expected))
      throw new Error(`${what} is ${String(actual)} and not the same as ${String(expected)}`);
  },
  async rejection(promise: Promise<unknown>): Promise<unknown> {
    const outcome = await promise.then(
      (value) => ({ value }),
      (reason: unknown) => ({ reason }),
    );
    if ('reason' in outcome) return outcome.reason;
    throw new Error(`fulfilled with ${JSON.stringify(outcome.value)} and did not reject`);
  },
};

function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  return value === undefined ? 'undefined' : value;
}
