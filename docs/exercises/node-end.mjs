// HTTP through the event "end": answers when the client has ended its direction, which no browser does.
import net from "node:net";

const [host, port] = (process.argv[2] ?? "127.0.0.1:8080").split(":");
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  let bytes = 0;
  socket.on("data", (chunk) => {
    bytes += chunk.length;
    console.log(`data: ${chunk.length} bytes`);
  });
  socket.on("end", () => {
    console.log("end");
    const body = `You sent ${bytes} bytes.\n`;
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  });
  socket.on("error", (error) => console.log(`error: ${error.code}`));
  socket.on("close", () => console.log("close"));
});
server.listen(port, host, () => console.log(`listening on http://${host}:${port}`));
