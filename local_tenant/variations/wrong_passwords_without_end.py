from local_tenant.rules.attack_protection import AttackProtection
from local_tenant.rules.people import Person


class WrongPasswordsWithoutEnd(AttackProtection):
    """Nobody is blocked, however often the password is wrong."""

    kind = "fault"
    evidence = "contract, 8: ten in a row block a person at that address"

    def is_blocked(self, person: Person, ip: str) -> bool:
        return False
