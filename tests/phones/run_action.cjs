// Runs the Action once, as Auth0 does, with an event from standard input; prints its calls of Auth0's API.
const fs = require("node:fs");

const asked = [];
const api = { notification: { retry: (reason) => asked.push(["retry", reason]), drop: (reason) => asked.push(["drop", reason]) } };
let given = "";
process.stdin.on("data", (part) => { given += part; });
process.stdin.on("end", async () => {
  // As Auth0 does, whatever kind of module a package.json above may make of the file.
  const action = {};
  new Function("exports", fs.readFileSync(process.argv[2], "utf8"))(action);
  const event = JSON.parse(given);
  try {
    await (event.message_options ? action.onExecuteSendPhoneMessage(event) : action.onExecuteCustomPhoneProvider(event, api));
  } catch (error) {
    asked.push(["error", error.message]);
  }
  process.stdout.write(JSON.stringify(asked));
});
