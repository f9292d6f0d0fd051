// JSON lines as many write them at first: one chunk is taken for one message.
import net from "node:net";

function answer(text) {
  try {
    const request = JSON.parse(text);
    if (request.type === "GREETING") return { status: "OK", reply: `Hello, ${request.name}!` };
    if (request.type === "SUM") return { status: "OK", result: request.a + request.b };
    return { status: "ERROR", message: "Unknown type" };
  } catch {
    return { status: "ERROR", message: "Invalid JSON" };
  }
}

const server = net.createServer((socket) => {
  socket.on("data", (chunk) => socket.write(JSON.stringify(answer(chunk.toString())) + "\n"));
  socket.on("error", (error) => console.log(`error: ${error.code}`));
});
server.listen(process.env.PORT ?? 3001, "127.0.0.1");
