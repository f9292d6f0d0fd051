// Node's own HTTP server, one process.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.setHeader('Server', 'node');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end('Hello, World!');
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
