// Runs the Action as Auth0 does, once, with an event from standard input; prints what it asked of the API.
const asked = [];
const api = { notification: { retry: (reason) => asked.push(["retry", reason]), drop: (reason) => asked.push(["drop", reason]) } };
let given = "";
process.stdin.on("data", (part) => { given += part; });
process.stdin.on("end", async () => {
  const action = require(process.argv[2]);
  const event = JSON.parse(given);
  try {
    await (event.message_options ? action.onExecuteSendPhoneMessage(event) : action.onExecuteCustomPhoneProvider(event, api));
  } catch (error) {
    asked.push(["error", error.message]);
  }
  process.stdout.write(JSON.stringify(asked));
});
