/**
 * Auth0 Action for the trigger "custom-phone-provider" (in the older phone experience "send-phone-message"): hands texts
 * to test phones over to an inbox.
 *
 * Secrets: INBOX_URL (https, ends in /texts), INBOX_TOKEN, TEST_RECIPIENTS (a regular expression for whole numbers,
 * such as ^\+1\d{3}55501\d{2}$: whoever is not matched gets nothing, so that real users's codes never leave).
 * Optional: DEFAULT_COUNTRY, the calling code for numbers that come without one (1 if it is not set).
 *
 * What is worth another try is tried again by Auth0 (at most five times, in the next minutes): an inbox that is
 * down, busy or slow. What would fail again is dropped: another try would only repeat it.
 */
const LONGEST_SECONDS = 8;

exports.onExecuteCustomPhoneProvider = async (event, api) => {
  const { notification, secrets } = event;
  if (notification.delivery_method === "voice") {
    return api.notification.drop("the inbox takes texts, no calls");
  }
  const to = inE164(notification.recipient, secrets.DEFAULT_COUNTRY || "1");
  if (!isTestRecipient(to, secrets.TEST_RECIPIENTS)) {
    return api.notification.drop("the recipient is no test phone");
  }
  const text = { to, body: notification.as_text };
  if (notification.code) text.code = notification.code;

  let response;
  try {
    response = await fetch(secrets.INBOX_URL, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${secrets.INBOX_TOKEN}` },
      body: JSON.stringify(text),
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_SECONDS * 1000),
    });
  } catch (error) {
    // Its message may name the address; its kind is enough.
    return api.notification.retry(`the inbox could not be reached (${error.name})`);
  }
  if (response.ok) return undefined;
  const answered = `the inbox answered ${response.status}`;
  return response.status === 429 || response.status >= 500
    ? api.notification.retry(answered)
    : api.notification.drop(answered);
};

/** The older trigger calls it otherwise, and has no retries: whatever goes wrong is an error. */
exports.onExecuteSendPhoneMessage = async (event) => {
  const { recipient, text, code, message_type } = event.message_options;
  const notification = { recipient, as_text: text, code, delivery_method: message_type === "voice" ? "voice" : "text" };
  const fail = (reason) => { throw new Error(reason); };
  const api = { notification: { retry: fail, drop: fail } };
  return exports.onExecuteCustomPhoneProvider({ notification, secrets: event.secrets }, api);
};

/** Auth0 may leave blanks in a number, and the calling code out. */
function inE164(recipient, country) {
  const digits = String(recipient).replace(/[^0-9+]/g, "");
  return digits.startsWith("+") ? digits : `+${country}${digits}`;
}

/** Without a list nobody is a test phone. The expression has to match the whole number. */
function isTestRecipient(to, expression) {
  if (!expression) return false;
  try {
    return new RegExp(`^(?:${expression})$`).test(to);
  } catch {
    return false;
  }
}
