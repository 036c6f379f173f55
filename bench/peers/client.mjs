// What the clients of bench/adapters.mjs do, in every runtime. `tell` takes an object for the bench.

/** Reads one chunk and stalls. */
async function stall(connection, tell) {
  const reader = (await connection.fetch('/flood')).body.getReader();
  const { value } = await reader.read();
  tell({ delivered: value.byteLength });
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

/** Uploads and downloads without end, until both bodies break. */
async function duplex(connection, tell) {
  let upload = 'open';
  const chunk = new Uint8Array(16_384);
  const source = {
    pull: () => new Promise((resolve) => setTimeout(resolve, 1, chunk)),
    cancel: (reason) => {
      upload = String(reason?.code);
    },
  };
  const { body } = await import('sluice');
  const response = await connection.fetch('/?id=duplex', { method: 'POST', body: body(source) });
  const reader = response.body.getReader();
  await reader.read();
  tell({ running: true });
  let download = 'ended';
  try {
    while (!(await reader.read()).done);
  } catch (error) {
    download = String(error.code);
  }
  tell({ upload, download });
}

export const roles = { stall, duplex };
