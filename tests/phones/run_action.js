// Runs the Action as Auth0 does, once, with an event from standard input; prints what it asked of the API.
const asked = [];
const api = { notification: { retry: (reason) => asked.push(["retry", reason]), drop: (reason) => asked.push(["drop", reason]) } };
let given = "";
process.stdin.on("data", (part) => { given += part; });
process.stdin.on("end", async () => {
  const { onExecuteCustomPhoneProvider } = require(process.argv[2]);
  await onExecuteCustomPhoneProvider(JSON.parse(given), api);
  process.stdout.write(JSON.stringify(asked));
});
