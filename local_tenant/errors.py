"""The one table of refusals: one row each, with its status, its error name, its words, and where we read it.

The last column is a section of our notes of public sources, which do not come along (docs/local-tenant.md says what
they are). A question mark behind it: nobody has shown this answer, it is our best reading.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One foreseeable refusal. `words` may have named blanks, filled when it is raised."""

    status: int
    error: str
    words: str
    source: str


class Refused(Exception):
    """A request met a row of the table."""

    def __init__(self, row: Row, **blanks: str) -> None:
        """Take the row, and what fills the blanks of its words."""
        super().__init__(row.error)
        self.row = row
        self.description = row.words.format(**blanks)
        self.more: dict[str, object] = {}
        """What the body says beside the error and its words."""


# One line a row, wherever it fits.
# fmt: off

# The callback and the error page of /authorize (contract, 1.7).
UNKNOWN_CLIENT = Row(403, "invalid_request", "Unknown client: {client}", "1.7?")
CALLBACK_MISMATCH = Row(
    403, "invalid_request", "Callback URL mismatch. {url} is not in the list of allowed callback URLs.", "1.7")
NO_SIGN_IN = Row(
    400, "invalid_request",
    "You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is "
    "some issue with cookies, since we couldn't find your session. Try logging in again from the application.", "1.7")
SCREEN_UNKNOWN = Row(404, "not_found", "There is no such screen.", "2.1?")
TRANSACTION_EXPIRED = Row(302, "access_denied", "Transaction has expired", "1.7")
NO_SERVICE = Row(302, "access_denied", "Service not found: {audience}", "1.7")
LOGIN_REQUIRED = Row(302, "login_required", "Login required", "1.7")
SECOND_FACTOR_REQUIRED = Row(302, "login_required", "Multifactor authentication required", "1.7")
NO_RESPONSE_TYPE = Row(302, "invalid_request", "Missing required parameter: response_type", "1.7?")
OTHER_RESPONSE_TYPE = Row(302, "unsupported_response_type", "Unsupported response type: {given}", "1.7?")
OTHER_CHALLENGE_METHOD = Row(302, "invalid_request", "Unsupported code_challenge_method: {given}", "1.7?")
OTHER_RESPONSE_MODE = Row(302, "invalid_request", "Unsupported response mode: {given}", "1.7?")
RESPONSE_TYPE_NOT_ALLOWED = Row(302, "unauthorized_client", "Grant type '{grant}' not allowed for the client.", "1.7")
NO_CONNECTION = Row(302, "invalid_request", "no connections enabled for the client", "7.5?")
NONCE_MISSING = Row(302, "invalid_request", "Missing required parameter: nonce", "1.4?")
QUERY_MODE_UNSAFE = Row(
    302, "invalid_request", "response_mode 'query' is not allowed for response_type '{given}'", "1.4?")
ORIGIN_NOT_ALLOWED = Row(
    403, "invalid_request", "The origin {origin} is not in the list of allowed web origins.", "1.5")
BAD_PROMPT = Row(302, "invalid_request", "Invalid prompt: {given}", "1.4?")
BAD_MAX_AGE = Row(302, "invalid_request", "Invalid max_age: {given}", "1.4?")
CONNECTION_NOT_FOUND = Row(302, "invalid_request", "The connection was not found", "1.4")
CONNECTION_OFF = Row(302, "invalid_request", "the connection was disabled", "1.4")
INTERACTION_REQUIRED = Row(302, "interaction_required", "Interaction required", "1.7")
CONSENT_REQUIRED = Row(302, "consent_required", "Consent required", "1.7")
CONSENT_DECLINED = Row(302, "access_denied", "User did not authorize the request", "1.7")
NO_GRANT_OF_THIRD_PARTY = Row(
    302, "unauthorized_client", "Client is not authorized to access resource server {audience}", "1.7")
LOGOUT_URL_NOT_ALLOWED = Row(
    400, "invalid_request", "The returnTo address {url} is not in the list of allowed logout URLs.", "1.7?")
BAD_ID_TOKEN_HINT = Row(400, "invalid_request", "The id_token_hint is not one of this tenant's.", "1.7?")
PERSON_BLOCKED = Row(302, "unauthorized", "user is blocked", "3.3")

# Passwords, refresh tokens and application keys at /oauth/token (contract, 3.1, 3.3 to 3.5).
CLIENT_INVALID = Row(401, "invalid_client", "Client authentication failed", "3.1")
WRONG_PASSWORD = Row(403, "invalid_grant", "Wrong email or password.", "3.3")
PASSWORD_OF_BLOCKED = Row(403, "unauthorized", "user is blocked", "3.3")
NO_DEFAULT_DIRECTORY = Row(403, "server_error", "Authorization server not configured with default connection.", "3.3?")
"""The vendor answers 500 here; a tenant for tests keeps 500 for its own mistakes."""
UNKNOWN_REALM = Row(400, "invalid_request", "The realm {realm} is not a connection of this tenant.", "3.3?")
GRANT_NO_SERVICE = Row(403, "access_denied", "Service not found: {audience}", "3.3?")
MFA_REQUIRED = Row(403, "mfa_required", "Multifactor authentication required", "3.4")
MFA_REQUIRED_401 = Row(401, "mfa_required", "Multifactor authentication required", "3.4")
CONNECTION_DISABLED = Row(400, "invalid_request", "the connection was disabled", "7.5")
BAD_REFRESH_TOKEN = Row(403, "invalid_grant", "Unknown or invalid refresh token.", "3.5")
REFRESH_OF_BLOCKED = Row(403, "invalid_grant", "user is blocked", "3.5")
NO_CLIENT_GRANT_BY_NAME = Row(
    403, "access_denied",
    'Client "{client}" is not authorized to access resource server "{audience}". You need to create a '
    '"client-grant" associated to this API.', "3.5")

# POST /oauth/token (contract, 3).
BODY_UNREADABLE = Row(400, "invalid_request", "The body is neither a form nor a JSON object of texts.", "3?")
PARAMETER_MISSING = Row(400, "invalid_request", "Missing required parameter: {name}", "3.2")
OTHER_GRANT = Row(403, "unsupported_grant_type", "Unsupported grant type: {grant}", "3.2?")
CLIENT_REFUSED = Row(401, "access_denied", "Unauthorized", "3.1")
GRANT_NOT_ALLOWED = Row(403, "unauthorized_client", "Grant type '{grant}' not allowed for the client.", "3.6")
BAD_AUTHORIZATION_CODE = Row(403, "invalid_grant", "Invalid authorization code", "3.2")
BAD_VERIFIER = Row(403, "invalid_grant", "Failed to verify code verifier", "3.2")
VERIFIER_MISSING = Row(403, "invalid_grant", "Parameter 'code_verifier' is required", "3.2?")
BAD_VERIFIER_401 = Row(401, "invalid_grant", "Failed to verify code verifier", "3.2")
BAD_REDIRECT = Row(403, "invalid_grant", "The redirect URI is wrong. It is not the one of the sign-in.", "3.2?")
NO_CLIENT_GRANT = Row(
    403, "access_denied",
    'Client is not authorized to access "{audience}". You need to create a "client-grant" associated to this '
    "API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants", "3.5")
SERVICE_NOT_ENABLED = Row(403, "access_denied", "Service not enabled within domain: {audience}", "3.5?")

# Attack protection, on every path that takes a password (contract, 3.3 and 8).
TOO_MANY_ATTEMPTS = Row(
    429, "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification "
    "with instructions on how to unblock it.", "3.3")
TOO_MANY_LOGINS = Row(429, "too_many_logins", "Too many sign-ins in a minute. Wait and try again.", "3.3?")
SUSPICIOUS_ADDRESS = Row(
    429, "too_many_attempts", "We have detected suspicious login behavior and further attempts will be blocked.", "8?")
SUSPICIOUS_SIGN_UPS = Row(
    429, "too_many_attempts",
    "We have detected suspicious sign-up behavior and further attempts will be blocked.", "8?")

# The MFA grants (contract, 3.6).
MFA_TOKEN_MALFORMED = Row(403, "invalid_grant", "Malformed mfa_token", "3.6")
MFA_TOKEN_EXPIRED = Row(403, "expired_token", "mfa_token is expired", "3.6")
MFA_TOKEN_OF_OTHER_CLIENT = Row(400, "invalid_request", "mfa_token not issued to this client", "3.6")
HEADER_OF_ANOTHER = Row(400, "invalid_request", "The bearer token doesn't match the mfa_token", "3.6?")
OOB_CODE_MALFORMED = Row(403, "invalid_grant", "Malformed oob_code", "3.6")
OOB_CODE_EXPIRED = Row(403, "expired_token", "oob_code is expired", "3.6")
OOB_CODE_OF_ANOTHER = Row(400, "invalid_request", "The oob_code doesn't match the mfa_token", "3.6")
OOB_CODE_OF_ANOTHER_403 = Row(403, "invalid_request", "The oob_code doesn't match the mfa_token", "3.6")
BAD_BINDING_CODE = Row(403, "invalid_grant", "Invalid binding_code.", "3.6")
LOCKED_OUT = Row(429, "too_many_attempts", "Too many failed codes. Wait for some minutes before retrying.", "3.6")
BAD_OTP = Row(403, "invalid_grant", "Invalid otp_code.", "3.6")
NO_OTP_ENROLLED = Row(401, "unsupported_challenge_type", "User is not enrolled with google-authenticator", "3.6")
PUSH_PENDING = Row(
    400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.", "3.6")
PUSH_TOO_FAST = Row(400, "slow_down", "You are polling faster than allowed. Try again later.", "3.6?")
PUSH_REJECTED = Row(400, "access_denied", "MFA Authorization rejected.", "3.6")
PUSH_REJECTED_AS_GRANT = Row(403, "invalid_grant", "MFA Authorization rejected.", "3.6")
BAD_RECOVERY_CODE = Row(403, "invalid_grant", "MFA Authorization rejected.", "3.6")
NO_RECOVERY_CODE = Row(403, "unsupported_challenge_type", "User does not have a recovery-code.", "3.6")
MFA_TOKEN_EXPIRED_401 = Row(401, "expired_token", "mfa_token is expired", "3.6")
MFA_TOKEN_MALFORMED_401 = Row(401, "invalid_grant", "Malformed mfa_token", "3.6")

# /userinfo and /dbconnections/* (client requirements, 2 and 5).
USERINFO_REFUSED = Row(401, "invalid_token", "The access token is not good for userinfo.", "1.6?")
DB_BODY = Row(400, "invalid_body", "{problem}", "client requirements, 5?")
DB_CLIENT_UNKNOWN = Row(400, "invalid_client", "Unknown client", "client requirements, 5?")
DB_CONNECTION_UNKNOWN = Row(400, "invalid_connection", "Connection not found", "client requirements, 5?")
DB_INVALID_SIGNUP = Row(400, "invalid_signup", "Invalid sign up", "client requirements, 5")
DB_WEAK_PASSWORD = Row(400, "invalid_password", "Password is too weak", "client requirements, 5")

# POST /mfa/challenge (contract, 5).
NOT_ENROLLED = Row(
    401, "unsupported_challenge_type",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.", "5")
ASSOCIATION_REQUIRED = Row(
    401, "association_required",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.", "5")
CHALLENGE_NOT_SUPPORTED = Row(
    401, "unsupported_challenge_type",
    "The user does not support the requested challenge type ({asked}). Supported type: {supported}", "5")
NO_MATCHING_CHALLENGE = Row(401, "unsupported_challenge_type", "No matching challenge_type for provider guardian", "5")
NO_SUCH_CHALLENGE_AUTHENTICATOR = Row(
    400, "invalid_request", "authenticator_id: the user has no active authenticator of this id", "5?")

# /mfa/associate and /mfa/authenticators (contract, 4.5 and 6).
ALREADY_ENROLLED = Row(403, "access_denied", "User is already enrolled.", "4.5")
BAD_EMAIL = Row(400, "invalid_request", "The email address is invalid.", "4.5?")
BAD_PHONE_BY_NAME = Row(400, "invalid_phone_number", "The phone number is invalid.", "4.5?")
NOT_REMOVABLE = Row(403, "access_denied", "This authenticator cannot be removed here.", "6?")
BEARER_MISSING = Row(401, "unauthorized", "No authorization token was found", "4.5?")
BEARER_INVALID = Row(401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.", "4.5")
SCOPE_MISSING = Row(403, "insufficient_scope", "Insufficient scope, expected any of: {scope}", "4.5?")
SCOPE_MISSING_401 = Row(401, "insufficient_scope", "Insufficient scope, expected any of: {scope}", "4.5?")
TOKEN_IN_BODY = Row(400, "invalid_request", "mfa_token: expected in the Authorization header, as a bearer token", "13?")
ASSOCIATE_UNREADABLE = Row(400, "invalid_request", "The body must be a JSON object.", "4.5?")
OTHER_AUTHENTICATOR_TYPE = Row(
    400, "invalid_request", "authenticator_types: expected a list with one of: otp, oob", "4.5?")
OTHER_CHANNEL = Row(
    400, "invalid_request", "oob_channels: expected a list with one of: sms, voice, email, auth0", "4.5?")
BAD_PHONE = Row(400, "invalid_request", "The phone number is invalid.", "4.5?")
FACTOR_OFF = Row(403, "unsupported_challenge_type", "The factor {factor} is not enabled for this tenant.", "4.5?")
FACTOR_OFF_BY_CODE = Row(
    400, "enrollment_method_disabled", "The factor {factor} is not enabled for this tenant.", "4.5?")
TOO_MANY_TEXTS = Row(
    429, "too_many_requests",
    "You have exceeded the maximum number of phone messages per hour. Wait a few minutes and try again.", "4.5?")
TOO_MANY_EMAILS = Row(
    429, "too_many_requests", "You have exceeded the maximum number of emails. Wait a few minutes and try again.", "8?")
TEXT_NOT_SENT = Row(503, "temporarily_unavailable", "The text message could not be sent.", "4.5?")
NO_SUCH_AUTHENTICATOR = Row(404, "not_found", "Authenticator not found.", "6?")

# Trouble to order, of any path (contract, 3.6 and 7.6).
RATE_LIMITED = Row(429, "too_many_requests", "Rate limit exceeded. Try again in a moment.", "3.6")
PAGE_RATE_LIMITED = Row(429, "invalid_request", "The rate limit for endpoint {path} was reached", "1.7")
API_RATE_LIMITED = Row(429, "too_many_requests", "Global limit has been reached", "7.6")
UNAVAILABLE = Row(503, "temporarily_unavailable", "The service is temporarily unavailable.", "3.6?")

# The Management API (contract, 7.2 and 7.6); `error` is its errorCode.
API_HEADER_BAD = Row(400, "Bearer", "Bad HTTP authentication header format", "7.6")
API_HEADER_MISSING = Row(401, "", "Missing authentication", "7.6?")
API_TOKEN_BAD = Row(401, "", "Invalid token", "7.6")
API_TOKEN_EXPIRED = Row(401, "", "Expired token received for JSON Web Token validation", "7.6")
API_SIGNATURE_BAD = Row(401, "", "Invalid signature received for JSON Web Token validation", "7.6")
API_AUDIENCE_BAD = Row(401, "", "Bad audience: {audience}", "7.6")
API_SCOPE = Row(403, "insufficient_scope", "Insufficient scope, expected any of: {scopes}", "7.6")
API_BODY = Row(400, "invalid_body", "Payload validation error: {problem}", "7.6")
API_QUERY = Row(400, "invalid_query_string", "Query validation error: {problem}", "7.6")
USER_EXISTS = Row(409, "auth0_idp_error", "The user already exists.", "7.2")
USER_MISSING = Row(404, "inexistent_user", "The user does not exist.", "7.2")
EMAIL_TAKEN = Row(400, "", "The specified new email already exists", "7.2?")
WEAK_PASSWORD = Row(400, "", "PasswordStrengthError: Password is too weak", "7.2")
CONNECTION_MISSING = Row(400, "inexistent_connection", "The connection does not exist.", "7.2?")
NO_SUCH_METHOD = Row(404, "inexistent_authentication_method", "The authentication method does not exist.", "7.3?")
CLIENT_MISSING = Row(404, "inexistent_client", "The client does not exist", "7.5")
LOG_MISSING = Row(404, "inexistent_log", "The log event does not exist.", "7.7?")
API_URI = Row(400, "invalid_uri", "Path validation error: {problem}", "7.6")
API_ENTITLEMENT = Row(
    403, "insufficient_entitlement", "This tenant does not have the unified phone experience.", "7.4?")
SAME_METHOD = Row(409, "", "The authentication method already exists.", "7.3?")
NO_RECOVERY = Row(404, "", "The user does not have a recovery code.", "7.3?")
ENROLMENT_MISSING = Row(404, "enrollment_not_found", "Enrollment not found", "7.4")
SESSION_MISSING = Row(404, "inexistent_session", "The session does not exist.", "7.1?")
TOKEN_MISSING = Row(404, "inexistent_refresh_token", "The refresh token does not exist.", "7.1?")
RESOURCE_SERVER_MISSING = Row(404, "inexistent_resource_server", "The resource server does not exist", "7.6")
RESOURCE_SERVER_EXISTS = Row(
    409, "resource_server_exists", "A resource server with the same identifier exists.", "7.6?")
CLIENT_GRANT_MISSING = Row(404, "inexistent_client_grant", "The client grant does not exist", "7.6")
GRANT_EXISTS = Row(409, "resource_exists", "A resource with the same identifier exists.", "7.6?")
NO_SUCH_CONNECTION = Row(404, "inexistent_connection", "The connection does not exist", "7.6")
CONNECTION_EXISTS = Row(409, "connection_conflict", "A connection with this name exists.", "7.6?")
PROVIDER_EXISTS = Row(409, "phone_provider_conflict", "A phone provider is configured already.", "7.4?")
PROVIDER_MISSING = Row(404, "inexistent_phone_provider", "The phone provider does not exist.", "7.4?")
TEMPLATE_EXISTS = Row(409, "phone_template_conflict", "A template of this type exists.", "7.4?")
TEMPLATE_MISSING = Row(404, "inexistent_phone_template", "The template does not exist.", "7.4?")
ACTION_MISSING = Row(404, "inexistent_action", "The action does not exist or is not deployed.", "7.1?")
ACTION_BOUND = Row(409, "action_bound", "The action is bound to a trigger.", "7.1?")
TRIGGER_MISSING = Row(404, "inexistent_trigger", "The trigger does not exist.", "7.1?")
TICKET_BODY = Row(400, "invalid_body", "Either user_id or email is needed", "7.4?")
TICKET_WORTHLESS = Row(403, "invalid_ticket", "This enrollment link was used already, or is too old.", "7.4?")
FACTOR_MISSING = Row(404, "inexistent_factor", "The factor does not exist.", "7.4?")
