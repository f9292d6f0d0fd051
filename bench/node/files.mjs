// The files of a directory, streamed, as Node's documentation has it.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const root = process.argv[2];
const server = createServer(async (request, response) => {
  const path = join(root, request.url);
  response.setHeader('Content-Length', (await stat(path)).size);
  await pipeline(createReadStream(path), response);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
