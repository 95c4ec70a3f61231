/**
 * Auth0 Action for the trigger "custom-phone-provider" (in the older phone experience "send-phone-message"): posts
 * the SMS messages for test phones to an inbox.
 *
 * Secrets: INBOX_URL (https, ends in /messages), INBOX_TOKEN, TEST_RECIPIENTS (a regular expression for whole numbers,
 * such as ^\+1\d{3}55501\d{2}$: messages to other numbers are dropped, so that no real user's code leaves Auth0).
 * Optional: DEFAULT_COUNTRY, the calling code for numbers that come without one (1 if it is not set).
 *
 * Where the inbox is down, busy or slow, Auth0 tries again (at most five times, in the next minutes). Messages that
 * would fail again are dropped.
 */
const LONGEST_SECONDS = 8;

exports.onExecuteCustomPhoneProvider = async (event, api) => {
  const { notification, secrets } = event;
  if (notification.delivery_method === "voice") {
    return api.notification.drop("the inbox accepts SMS messages only");
  }
  const to = inE164(notification.recipient, secrets.DEFAULT_COUNTRY || "1");
  if (!isTestRecipient(to, secrets.TEST_RECIPIENTS)) {
    return api.notification.drop("the recipient is no test phone");
  }
  const message = { to, body: notification.as_text };
  if (notification.code) message.code = notification.code;

  let response;
  try {
    response = await fetch(secrets.INBOX_URL, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${secrets.INBOX_TOKEN}` },
      body: JSON.stringify(message),
      redirect: "error",
      signal: AbortSignal.timeout(LONGEST_SECONDS * 1000),
    });
  } catch (error) {
    // The error's message may contain the address, so only its name is passed on.
    return api.notification.retry(`the inbox could not be reached (${error.name})`);
  }
  if (response.ok) return undefined;
  const why = `the inbox returned ${response.status}`;
  return response.status === 429 || response.status >= 500
    ? api.notification.retry(why)
    : api.notification.drop(why);
};

/** The older trigger has other field names and no retries: each failure is an error. */
exports.onExecuteSendPhoneMessage = async (event) => {
  const { recipient, text, code, message_type } = event.message_options;
  const notification = { recipient, as_text: text, code, delivery_method: message_type === "voice" ? "voice" : "text" };
  const fail = (reason) => { throw new Error(reason); };
  const api = { notification: { retry: fail, drop: fail } };
  return exports.onExecuteCustomPhoneProvider({ notification, secrets: event.secrets }, api);
};

/** Auth0 may send a number with spaces, or without the calling code. */
function inE164(recipient, country) {
  const digits = String(recipient).replace(/[^0-9+]/g, "");
  return digits.startsWith("+") ? digits : `+${country}${digits}`;
}

/** Without an expression no number is a test phone. The expression must match the whole number. */
function isTestRecipient(to, expression) {
  if (!expression) return false;
  try {
    return new RegExp(`^(?:${expression})$`).test(to);
  } catch {
    return false;
  }
}
