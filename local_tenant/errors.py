"""The table of refusals: one row each, with status, error name, description and facts.

The first fact of a row gives its evidence level; where that is "inferred", the response is our best reading.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A refusal. Its description may have named placeholders, filled when it is raised."""

    status: int
    error: str
    description: str
    facts: str
    """Numbers of facts about Auth0 (docs/auth0-facts.md); the first gives the evidence level."""


class Refused(Exception):
    """A request is refused by a row of the table."""

    def __init__(self, row: Row, **values: str) -> None:
        """Take the row, and the values of its placeholders."""
        super().__init__(row.error)
        self.row = row
        self.description = row.description.format(**values)
        self.more: dict[str, object] = {}
        """Further fields of the body."""


# One line per row, where it fits.
# fmt: off

# /authorize: on the callback or the error page (AF-AUTHZ-10, AF-AUTHZ-13).
UNKNOWN_CLIENT = Row(403, "invalid_request", "Unknown client: {client}", "AF-AUTHZ-11")
CALLBACK_MISMATCH = Row(
    403, "invalid_request", "Callback URL mismatch. {url} is not in the list of allowed callback URLs.", "AF-AUTHZ-10")
NO_SIGN_IN = Row(
    400, "invalid_request",
    "You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is "
    "some issue with cookies, since we couldn't find your session. Try logging in again from the application.",
    "AF-AUTHZ-22")
SCREEN_UNKNOWN = Row(404, "not_found", "The screen does not exist.", "AF-PAGE-02")
TRANSACTION_EXPIRED = Row(302, "access_denied", "Transaction has expired", "AF-AUTHZ-21")
NO_SERVICE = Row(302, "access_denied", "Service not found: {audience}", "AF-AUTHZ-14")
LOGIN_REQUIRED = Row(302, "login_required", "Login required", "AF-AUTHZ-15")
SECOND_FACTOR_REQUIRED = Row(302, "login_required", "Multifactor authentication required", "AF-AUTHZ-16")
NO_RESPONSE_TYPE = Row(302, "invalid_request", "Missing required parameter: response_type", "AF-OWN-01 AF-AUTHZ-08")
OTHER_RESPONSE_TYPE = Row(302, "unsupported_response_type", "Unsupported response type: {given}",
    "AF-OWN-01 AF-AUTHZ-08")
OTHER_CHALLENGE_METHOD = Row(302, "invalid_request", "Unsupported code_challenge_method: {given}", "AF-AUTHZ-07")
OTHER_RESPONSE_MODE = Row(302, "invalid_request", "Unsupported response mode: {given}", "AF-AUTHZ-07")
RESPONSE_TYPE_NOT_ALLOWED = Row(302, "unauthorized_client", "Grant type '{grant}' not allowed for the client.",
    "AF-AUTHZ-09")
NO_CONNECTION = Row(302, "invalid_request", "no connections enabled for the client", "AF-OWN-02 AF-AUTHZ-32")
NONCE_MISSING = Row(302, "invalid_request", "Missing required parameter: nonce", "AF-AUTHZ-07")
QUERY_MODE_UNSAFE = Row(
    302, "invalid_request", "response_mode 'query' is not allowed for response_type '{given}'", "AF-AUTHZ-41")
ORIGIN_NOT_ALLOWED = Row(
    403, "invalid_request", "The origin {origin} is not in the list of allowed web origins.", "AF-AUTHZ-31")
BAD_PROMPT = Row(302, "invalid_request", "Invalid prompt: {given}", "AF-AUTHZ-07")
BAD_MAX_AGE = Row(302, "invalid_request", "Invalid max_age: {given}", "AF-AUTHZ-07")
CONNECTION_NOT_FOUND = Row(302, "invalid_request", "The connection was not found", "AF-AUTHZ-32")
CONNECTION_DISABLED_AT_AUTHORIZE = Row(302, "invalid_request", "the connection was disabled", "AF-AUTHZ-33")
INTERACTION_REQUIRED = Row(302, "interaction_required", "Interaction required", "AF-AUTHZ-17")
CONSENT_REQUIRED = Row(302, "consent_required", "Consent required", "AF-AUTHZ-17")
CONSENT_DECLINED = Row(302, "access_denied", "User did not authorize the request", "AF-AUTHZ-18")
NO_GRANT_OF_THIRD_PARTY = Row(
    302, "unauthorized_client", "Client is not authorized to access resource server {audience}", "AF-AUTHZ-19")
LOGOUT_URL_NOT_ALLOWED = Row(
    400, "invalid_request", "The returnTo address {url} is not in the list of allowed logout URLs.",
    "AF-OWN-03 AF-AUTHZ-38")
BAD_ID_TOKEN_HINT = Row(400, "invalid_request", "The id_token_hint was not issued by this tenant.",
    "AF-OWN-03 AF-AUTHZ-39")
USER_BLOCKED = Row(302, "unauthorized", "user is blocked", "AF-AUTHZ-25")

# /oauth/token: passwords, refresh tokens, client assertions.
CLIENT_INVALID = Row(401, "invalid_client", "Client authentication failed", "AF-CLIENT-05")
WRONG_PASSWORD = Row(403, "invalid_grant", "Wrong email or password.", "AF-GRANT-17")
PASSWORD_OF_BLOCKED = Row(403, "unauthorized", "user is blocked", "AF-GRANT-18")
NO_DEFAULT_DIRECTORY = Row(403, "server_error", "Authorization server not configured with default connection.",
    "AF-GRANT-15")
"""Auth0 answers 500 here; in this tenant 500 always means a bug of its own."""
UNKNOWN_REALM = Row(400, "invalid_request", "The realm {realm} is not a connection of this tenant.", "AF-GRANT-16")
GRANT_NO_SERVICE = Row(403, "access_denied", "Service not found: {audience}", "AF-GRANT-21 AF-GRANT-39")
MFA_REQUIRED = Row(403, "mfa_required", "Multifactor authentication required", "AF-MFA-02")
MFA_REQUIRED_401 = Row(401, "mfa_required", "Multifactor authentication required", "AF-MFA-03")
CONNECTION_DISABLED = Row(400, "invalid_request", "the connection was disabled", "AF-AUTHZ-33")
BAD_REFRESH_TOKEN = Row(403, "invalid_grant", "Unknown or invalid refresh token.", "AF-GRANT-25")
REFRESH_OF_BLOCKED = Row(403, "invalid_grant", "user is blocked", "AF-GRANT-29")
NO_CLIENT_GRANT_BY_NAME = Row(
    403, "access_denied",
    'Client "{client}" is not authorized to access resource server "{audience}". You need to create a '
    '"client-grant" associated to this API.', "AF-GRANT-32")

# POST /oauth/token (AF-GRANT-02).
BODY_UNREADABLE = Row(400, "invalid_request", "The body is neither form-encoded nor a JSON object of strings.",
    "AF-GRANT-36")
PARAMETER_MISSING = Row(400, "invalid_request", "Missing required parameter: {name}", "AF-GRANT-10")
OTHER_GRANT = Row(403, "unsupported_grant_type", "Unsupported grant type: {grant}", "AF-OWN-04 AF-GRANT-11")
CLIENT_DENIED = Row(401, "access_denied", "Unauthorized", "AF-CLIENT-04")
GRANT_NOT_ALLOWED = Row(403, "unauthorized_client", "Grant type '{grant}' not allowed for the client.", "AF-CONF-21")
BAD_AUTHORIZATION_CODE = Row(403, "invalid_grant", "Invalid authorization code", "AF-GRANT-03")
BAD_VERIFIER = Row(403, "invalid_grant", "Failed to verify code verifier", "AF-GRANT-06")
VERIFIER_MISSING = Row(403, "invalid_grant", "Parameter 'code_verifier' is required", "AF-OWN-05 AF-GRANT-08")
BAD_VERIFIER_401 = Row(401, "invalid_grant", "Failed to verify code verifier", "AF-GRANT-07")
BAD_REDIRECT = Row(403, "invalid_grant", "The redirect URI is not that of the sign-in.",
    "AF-OWN-05 AF-GRANT-09")
NO_CLIENT_GRANT = Row(
    403, "access_denied",
    'Client is not authorized to access "{audience}". You need to create a "client-grant" associated to this '
    "API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants", "AF-GRANT-31")
SERVICE_NOT_ENABLED = Row(403, "access_denied", "Service not enabled within domain: {audience}", "AF-GRANT-33")

# Attack protection, of every path with a password.
TOO_MANY_ATTEMPTS = Row(
    429, "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification "
    "with instructions on how to unblock it.", "AF-GRANT-19")
TOO_MANY_LOGINS = Row(429, "too_many_logins", "Too many sign-ins in a minute. Wait and try again.",
    "AF-OWN-06 AF-GRANT-37")
SUSPICIOUS_IP = Row(
    429, "too_many_attempts", "We have detected suspicious login behavior and further attempts will be blocked.",
    "AF-OWN-07 AF-LIMIT-17")
SUSPICIOUS_SIGN_UPS = Row(
    429, "too_many_attempts",
    "We have detected suspicious sign-up behavior and further attempts will be blocked.", "AF-OWN-07 AF-LIMIT-17")

# The MFA grants (AF-CONF-01).
MFA_TOKEN_MALFORMED = Row(403, "invalid_grant", "Malformed mfa_token", "AF-CONF-29")
MFA_TOKEN_EXPIRED = Row(403, "expired_token", "mfa_token is expired", "AF-MFA-09 AF-MFA-10")
MFA_TOKEN_OF_OTHER_CLIENT = Row(400, "invalid_request", "mfa_token not issued to this client", "AF-CONF-28")
FOREIGN_HEADER = Row(400, "invalid_request", "The bearer token doesn't match the mfa_token", "AF-CONF-04")
OOB_CODE_MALFORMED = Row(403, "invalid_grant", "Malformed oob_code", "AF-CONF-23")
OOB_CODE_EXPIRED = Row(403, "expired_token", "oob_code is expired", "AF-CONF-24")
FOREIGN_OOB_CODE = Row(400, "invalid_request", "The oob_code doesn't match the mfa_token", "AF-CONF-25 AF-CONF-26")
FOREIGN_OOB_CODE_403 = Row(403, "invalid_request", "The oob_code doesn't match the mfa_token",
    "AF-CONF-25 AF-CONF-27")
BAD_BINDING_CODE = Row(403, "invalid_grant", "Invalid binding_code.", "AF-CONF-20")
LOCKED_OUT = Row(429, "too_many_attempts", "Too many failed codes. Wait for some minutes before retrying.",
    "AF-LIMIT-11")
BAD_OTP = Row(403, "invalid_grant", "Invalid otp_code.", "AF-CONF-19")
NO_OTP_ENROLLED = Row(401, "unsupported_challenge_type", "User is not enrolled with google-authenticator", "AF-CONF-38")
PUSH_PENDING = Row(
    400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.", "AF-CONF-32")
PUSH_TOO_FAST = Row(400, "slow_down", "You are polling faster than allowed. Try again later.", "AF-OWN-08 AF-CONF-33")
PUSH_REJECTED = Row(400, "access_denied", "MFA Authorization rejected.", "AF-CONF-34")
PUSH_REJECTED_AS_GRANT = Row(403, "invalid_grant", "MFA Authorization rejected.", "AF-CONF-35")
BAD_RECOVERY_CODE = Row(403, "invalid_grant", "MFA Authorization rejected.", "AF-CONF-36")
NO_RECOVERY_CODE = Row(403, "unsupported_challenge_type", "User does not have a recovery-code.", "AF-CONF-37")
MFA_TOKEN_EXPIRED_401 = Row(401, "expired_token", "mfa_token is expired", "AF-MFA-11")
MFA_TOKEN_MALFORMED_401 = Row(401, "invalid_grant", "Malformed mfa_token", "AF-CONF-30")

# /userinfo and /dbconnections/*.
USERINFO_REFUSED = Row(401, "invalid_token", "The access token is not valid for the userinfo endpoint.",
    "AF-OWN-09 AF-TOKEN-13")
DB_BODY = Row(400, "invalid_body", "{problem}", "AF-OWN-10 AF-USER-09")
DB_CLIENT_UNKNOWN = Row(400, "invalid_client", "Unknown client", "AF-OWN-10 AF-USER-09")
DB_CONNECTION_UNKNOWN = Row(400, "invalid_connection", "Connection not found", "AF-OWN-10 AF-USER-09")
DB_INVALID_SIGNUP = Row(400, "invalid_signup", "Invalid sign up", "AF-USER-09")
DB_WEAK_PASSWORD = Row(400, "invalid_password", "Password is too weak", "AF-USER-09")

# POST /mfa/challenge.
NOT_ENROLLED = Row(
    401, "unsupported_challenge_type",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.", "AF-CHAL-07")
ASSOCIATION_REQUIRED = Row(
    401, "association_required",
    "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.", "AF-CHAL-08")
CHALLENGE_NOT_SUPPORTED = Row(
    401, "unsupported_challenge_type",
    "The user does not support the requested challenge type ({requested}). Supported type: {supported}", "AF-CHAL-09")
NO_MATCHING_CHALLENGE = Row(401, "unsupported_challenge_type", "No matching challenge_type for provider guardian",
    "AF-CHAL-09")
NO_SUCH_CHALLENGE_AUTHENTICATOR = Row(
    400, "invalid_request", "authenticator_id: the user has no active authenticator of this id", "AF-CHAL-11")

# /mfa/associate and /mfa/authenticators (AF-ENROLL-36).
ALREADY_ENROLLED = Row(403, "access_denied", "User is already enrolled.", "AF-ENROLL-09 AF-ENROLL-10")
BAD_EMAIL = Row(400, "invalid_request", "The email address is invalid.", "AF-ENROLL-34")
BAD_PHONE_BY_NAME = Row(400, "invalid_phone_number", "The phone number is invalid.", "AF-OWN-11 AF-ENROLL-31")
NOT_REMOVABLE = Row(403, "access_denied", "This authenticator cannot be removed here.", "AF-OWN-12 AF-LIST-16")
BEARER_MISSING = Row(401, "unauthorized", "No authorization token was found", "AF-ENROLL-26")
BEARER_INVALID = Row(401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.",
    "AF-ENROLL-25")
SCOPE_MISSING = Row(403, "insufficient_scope", "Insufficient scope, expected any of: {scope}", "AF-ENROLL-28")
SCOPE_MISSING_401 = Row(401, "insufficient_scope", "Insufficient scope, expected any of: {scope}", "AF-ENROLL-29")
TOKEN_IN_BODY = Row(400, "invalid_request", "mfa_token: expected in the Authorization header, as a bearer token",
    "AF-ENROLL-34")
ASSOCIATE_UNREADABLE = Row(400, "invalid_request", "The body must be a JSON object.", "AF-ENROLL-34")
OTHER_AUTHENTICATOR_TYPE = Row(
    400, "invalid_request", "authenticator_types: expected a list with one of: otp, oob", "AF-ENROLL-34")
OTHER_CHANNEL = Row(
    400, "invalid_request", "oob_channels: expected a list with one of: sms, voice, email, auth0", "AF-ENROLL-34")
BAD_PHONE = Row(400, "invalid_request", "The phone number is invalid.", "AF-ENROLL-30")
FACTOR_DISABLED = Row(403, "unsupported_challenge_type", "The factor {factor} is not enabled for this tenant.",
    "AF-ENROLL-32")
FACTOR_DISABLED_BY_NAME = Row(
    400, "enrollment_method_disabled", "The factor {factor} is not enabled for this tenant.", "AF-OWN-11 AF-ENROLL-33")
TOO_MANY_SMS_MESSAGES = Row(
    429, "too_many_requests",
    "You have exceeded the maximum number of phone messages per hour. Wait a few minutes and try again.",
    "AF-OWN-13 AF-ENROLL-35")
TOO_MANY_EMAILS = Row(
    429, "too_many_requests", "You have exceeded the maximum number of emails. Wait a few minutes and try again.",
    "AF-OWN-13 AF-LIMIT-13")
SMS_NOT_SENT = Row(503, "temporarily_unavailable", "The text message could not be sent.", "AF-OWN-13 AF-ENROLL-35")
NO_SUCH_AUTHENTICATOR = Row(404, "not_found", "Authenticator not found.", "AF-OWN-12 AF-LIST-13")

# Injected outages and rate limits, of any path.
RATE_LIMITED = Row(429, "too_many_requests", "Rate limit exceeded. Try again in a moment.", "AF-GRANT-35")
PAGE_RATE_LIMITED = Row(429, "invalid_request", "The rate limit for endpoint {path} was reached", "AF-AUTHZ-24")
API_RATE_LIMITED = Row(429, "too_many_requests", "Global limit has been reached", "AF-MGMT-12")
UNAVAILABLE = Row(503, "temporarily_unavailable", "The service is temporarily unavailable.", "AF-GRANT-36")

# The Management API (AF-MGMT-04); `error` is its errorCode.
API_HEADER_BAD = Row(400, "Bearer", "Bad HTTP authentication header format", "AF-MGMT-05")
API_HEADER_MISSING = Row(401, "", "Missing authentication", "AF-MGMT-06")
API_TOKEN_BAD = Row(401, "", "Invalid token", "AF-MGMT-05")
API_TOKEN_EXPIRED = Row(401, "", "Expired token received for JSON Web Token validation", "AF-MGMT-06")
API_SIGNATURE_BAD = Row(401, "", "Invalid signature received for JSON Web Token validation", "AF-MGMT-06")
API_AUDIENCE_BAD = Row(401, "", "Bad audience: {audience}", "AF-MGMT-06")
API_SCOPE = Row(403, "insufficient_scope", "Insufficient scope, expected any of: {scopes}", "AF-MGMT-03")
API_BODY = Row(400, "invalid_body", "Payload validation error: {problem}", "AF-MGMT-07")
API_QUERY = Row(400, "invalid_query_string", "Query validation error: {problem}", "AF-MGMT-08")
USER_EXISTS = Row(409, "auth0_idp_error", "The user already exists.", "AF-USER-02")
USER_MISSING = Row(404, "inexistent_user", "The user does not exist.", "AF-USER-04")
EMAIL_TAKEN = Row(400, "", "The specified new email already exists", "AF-OWN-14 AF-USER-02")
WEAK_PASSWORD = Row(400, "", "PasswordStrengthError: Password is too weak", "AF-USER-03")
CONNECTION_MISSING = Row(400, "inexistent_connection", "The connection does not exist.", "AF-OWN-14 AF-MGMT-10")
NO_SUCH_METHOD = Row(404, "inexistent_authentication_method", "The authentication method does not exist.", "AF-USER-19")
CLIENT_MISSING = Row(404, "inexistent_client", "The client does not exist", "AF-MGMT-10")
LOG_MISSING = Row(404, "inexistent_log", "The log event does not exist.", "AF-OWN-14 AF-LOG-02")
API_URI = Row(400, "invalid_uri", "Path validation error: {problem}", "AF-MGMT-09")
API_ENTITLEMENT = Row(
    403, "insufficient_entitlement", "This tenant does not have the unified phone experience.", "AF-OWN-14 AF-MGMT-18")
SAME_METHOD = Row(409, "", "The authentication method already exists.", "AF-USER-19")
NO_RECOVERY = Row(404, "", "The user does not have a recovery code.", "AF-OWN-14 AF-USER-20")
ENROLLMENT_MISSING = Row(404, "enrollment_not_found", "Enrollment not found", "AF-USER-22")
SESSION_MISSING = Row(404, "inexistent_session", "The session does not exist.", "AF-MGMT-17")
TOKEN_MISSING = Row(404, "inexistent_refresh_token", "The refresh token does not exist.", "AF-MGMT-17")
RESOURCE_SERVER_MISSING = Row(404, "inexistent_resource_server", "The resource server does not exist", "AF-MGMT-10")
RESOURCE_SERVER_EXISTS = Row(
    409, "resource_server_exists", "A resource server with the same identifier exists.", "AF-MGMT-11")
CLIENT_GRANT_MISSING = Row(404, "inexistent_client_grant", "The client grant does not exist", "AF-MGMT-10")
GRANT_EXISTS = Row(409, "resource_exists", "A resource with the same identifier exists.", "AF-MGMT-11")
NO_SUCH_CONNECTION = Row(404, "inexistent_connection", "The connection does not exist", "AF-MGMT-10")
CONNECTION_EXISTS = Row(409, "connection_conflict", "A connection with this name exists.", "AF-MGMT-11")
PROVIDER_EXISTS = Row(409, "phone_provider_conflict", "A phone provider is configured already.", "AF-MGMT-11")
PROVIDER_MISSING = Row(404, "inexistent_phone_provider", "The phone provider does not exist.", "AF-MGMT-17")
TEMPLATE_EXISTS = Row(409, "phone_template_conflict", "A template of this type exists.", "AF-MGMT-11")
TEMPLATE_MISSING = Row(404, "inexistent_phone_template", "The template does not exist.", "AF-MGMT-17")
ACTION_MISSING = Row(404, "inexistent_action", "The action does not exist or is not deployed.", "AF-MGMT-17")
ACTION_BOUND = Row(409, "action_bound", "The action is bound to a trigger.", "AF-PHONE-18")
TRIGGER_MISSING = Row(404, "inexistent_trigger", "The trigger does not exist.", "AF-MGMT-17")
TICKET_BODY = Row(400, "invalid_body", "Either user_id or email is needed", "AF-PHONE-15")
TICKET_INVALID = Row(403, "invalid_ticket", "This enrollment link was already used, or has expired.",
    "AF-OWN-15 AF-PHONE-14")
FACTOR_MISSING = Row(404, "inexistent_factor", "The factor does not exist.", "AF-MGMT-17")
