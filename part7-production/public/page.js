// The clock's answer is read as it comes. Each piece is shown before the next one is made.
const clock = document.querySelector("#clock");

document.querySelector("#start").addEventListener("click", async () => {
  clock.textContent = "";
  const answer = await fetch("clock");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    clock.textContent += value;
  }
});

// A form can't send PUT by itself, and would wrap the file up. The body is the file, no more.
document.querySelector("#upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = document.querySelector("#file").files[0];
  const stored = document.querySelector("#stored");
  stored.textContent = "on its way";
  try {
    const target = "files/" + encodeURIComponent(file.name);
    const answer = await fetch(target, { method: "PUT", body: file });
    stored.textContent = `${answer.status} ${answer.statusText}`;
  } catch (error) {
    stored.textContent = error.message;
  }
});
