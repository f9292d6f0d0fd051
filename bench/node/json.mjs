// JSON lines with Node's net: text gathered until a newline, a write for each answer.
import { createServer } from 'node:net';

function answer(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return { status: 'ERROR', message: 'Invalid JSON' };
  }
  switch (message.type) {
    case 'GREETING':
      return { status: 'OK', reply: `Hello, ${message.name}!` };
    case 'SUM':
      return { status: 'OK', result: message.a + message.b };
    case 'ECHO':
      return { status: 'OK', payload: message.payload };
    default:
      return { status: 'ERROR', message: 'Unknown type' };
  }
}

const server = createServer((socket) => {
  let received = '';
  socket.setEncoding('utf8');
  socket.setNoDelay(true);
  socket.on('data', (text) => {
    const lines = (received + text).split('\n');
    received = lines.pop();
    for (const line of lines) {
      socket.write(`${JSON.stringify(answer(line))}\n`);
    }
  });
  socket.on('error', (error) => console.error(error.message));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});
