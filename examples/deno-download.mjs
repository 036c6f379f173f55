// Downloads a URL into a file, with progress; gives up when nothing comes for 30 s.
//   deno run --allow-net --allow-write examples/deno-download.mjs https://… file
import { bodyOf, iterate, pipe, progress, stallTimeout } from 'sluice';

const [url, path] = Deno.args;
const response = await fetch(url);
if (!response.ok) throw new Error(`${url} answered ${response.status}`);

const show = ({ bytes, total, bytesPerSecond }) =>
  console.error(`${bytes} of ${total ?? '?'} bytes, ${Math.round(bytesPerSecond / 1024)} KiB/s`);
const download = pipe(bodyOf(response), stallTimeout(30_000), progress(show, { interval: 500 }));

const file = await Deno.open(path, { write: true, create: true, truncate: true });
const writer = file.writable.getWriter();
try {
  // The next chunk is read when this one is on the disk.
  for await (const chunk of iterate(download)) await writer.write(chunk);
  await writer.close();
} catch (error) {
  await writer.abort(error);
  await Deno.remove(path);
  throw error;
}
