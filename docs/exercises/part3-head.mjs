// Answers at the end of the head, however its bytes are cut, and searches no byte twice.
import net from "node:net";

const MAX_HEAD_BYTES = 64 * 1024;
const END = "\r\n\r\n";

function respond(socket, status, body) {
  const head = [
    `HTTP/1.1 ${status}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(head.join("\r\n") + END + body);
}

// Without allowHalfOpen, Node ends our direction as soon as the client has ended its own.
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  let received = Buffer.alloc(0);
  let answered = false;
  const answer = (status, body) => {
    answered = true;
    respond(socket, status, body);
  };
  socket.on("data", (chunk) => {
    if (answered) return;
    // The border may have begun in the last three bytes of what was searched.
    const from = Math.max(0, received.length - (END.length - 1));
    received = Buffer.concat([received, chunk]);
    if (received.indexOf(END, from) >= 0) answer("200 OK", "Hello, World!");
    else if (received.length > MAX_HEAD_BYTES) answer("431 Too Large", "Send a shorter head.\n");
  });
  socket.on("end", () => {
    if (answered) return;
    if (received.length === 0) socket.end();
    else answer("400 Bad Request", "The stream ended inside the head.\n");
  });
  // An error that nobody listens to would end the program.
  socket.on("error", (error) => console.error(error.message));
});

server.listen(process.env.PORT ?? 8080, "127.0.0.1");
