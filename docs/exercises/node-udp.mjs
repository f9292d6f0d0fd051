// The echo of datagrams.
import dgram from "node:dgram";

const [host, port] = (process.argv[2] ?? "127.0.0.1:41234").split(":");
const socket = dgram.createSocket("udp4");
socket.on("message", (message, from) => {
  console.log(`${message.length} bytes from ${from.address}:${from.port}`);
  socket.send(message, from.port, from.address, (error) => error && console.log(error.message));
});
socket.on("error", (error) => console.log(`error: ${error.code}`));
socket.on("listening", () => console.log(`listening on ${host}:${port}`));
socket.bind(Number(port), host);
