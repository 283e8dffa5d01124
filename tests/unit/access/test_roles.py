"""What each role may do, said once more in words (pages of the service by role)."""

import pytest

from ccis.access.roles import (
    LEADING_A_TEAM_ADDS,
    PERMISSION_WORDS,
    PERMISSIONS,
    ROLE_LABELS,
    STAFF_ROLES,
    Permission,
    Role,
)

WHO_MAY = {
    Permission.SEE_PEOPLE: "TO PA DM IG AD YW RO",
    Permission.EDIT_PEOPLE: "TO PA DM",
    Permission.ADD_PEOPLE: "TO PA DM",
    Permission.CLOSE_RECORDS: "DM",
    Permission.MERGE_PEOPLE: "DM",
    Permission.SEE_SENSITIVE: "TO PA DM IG",
    Permission.SEE_HISTORY: "DM IG",
    Permission.SEE_WHO_LOOKED: "IG",
    Permission.SEE_FILES: "TO DM AD",
    Permission.SEND_FILES: "TO DM",
    Permission.APPROVE_FILES: "TO DM",
    Permission.MANAGE_SOURCES: "DM AD",
    Permission.SEE_MATCHING: "DM IG",
    Permission.SWITCH_FIELDS: "DM IG",
    Permission.ASK_SCHOOLS: "DM",
    Permission.SEE_RETURNS: "TO DM IG",
    Permission.MAKE_RETURNS: "DM",
    Permission.DOWNLOAD_RETURNS: "DM",
    Permission.SEE_FIGURES: "TO PA DM IG AD YW RO",
    Permission.SEE_PROVIDERS: "TO PA DM IG AD",
    Permission.EDIT_PROVIDERS: "DM AD",
    Permission.SEE_SETTINGS: "DM IG AD",
    Permission.EDIT_POLICY: "IG AD",
    Permission.MANAGE_USERS: "AD",
    Permission.GO_LIVE: "DM AD",
    Permission.ANSWER_REQUESTS: "TO IG",
    Permission.TAKE_REQUESTS: "TO PA",
    Permission.READ_MAILBOX: "TO AD",
    Permission.SEE_OUTBOX: "TO AD",
    Permission.SEE_LETTERS: "TO DM IG",
    Permission.PLAN_LETTERS: "TO DM",
    Permission.APPROVE_LETTERS: "TO DM IG",
    Permission.WRITE_TEMPLATES: "IG",
    Permission.SEE_AGREEMENTS: "DM IG",
    Permission.KEEP_AGREEMENTS: "IG",
    Permission.SEE_SHARING: "DM IG",
    Permission.WRITE_STRANDS: "DM IG",
    Permission.TRIAGE: "TO DM IG",
    Permission.PREPARE_LISTS: "DM",
    Permission.RELEASE_LISTS: "IG",
    Permission.SEE_LEDGER: "IG",
    Permission.RECALL_SHARED: "DM IG",
    Permission.MAKE_SECURE_FILES: "DM",
    Permission.OPEN_SECURE_FILES: "PN",
    Permission.CONFIRM_DESTRUCTION: "PN",
    Permission.SEE_DROPOUTS: "TO DM",
    Permission.CHASE_DROPOUTS: "TO DM",
    Permission.KEEP_SERVICE_LEVELS: "DM",
    Permission.KEEP_INCIDENTS: "IG",
    Permission.REPORT_INCIDENTS: "PN SD",
    Permission.TELL_OF_INCIDENTS: "TO PA DM AD YW RO",
    Permission.SHARE_IN_EMERGENCY: "PA IG",
    Permission.ANSWER_ENQUIRIES: "PA IG",
    Permission.KEEP_POLICY_DOCUMENTS: "IG",
    Permission.USE_PORTAL: "PN SD",
    Permission.FILL_AGREEMENT: "PN",
    Permission.MANAGE_SEATS: "DM IG AD",
    Permission.REPORT_DROPOUTS: "PN SD",
    Permission.KEEP_ROUTES: "DM",
    Permission.SEND_ON: "TO DM",
    Permission.WORK_LIST: "PN",
    Permission.SEND_OWN_FILES: "PN SD",
}


@pytest.mark.parametrize("permission", Permission)
def test_the_roles_that_may(permission):
    assert {role for role in Role if permission in PERMISSIONS[role]} == set(
        WHO_MAY[permission].split()
    )


def test_every_role_has_a_line_and_a_name():
    assert set(PERMISSIONS) == set(ROLE_LABELS) == set(Role)


def test_only_staff_see_people():
    assert set(Role) - STAFF_ROLES == {Role.NAMED_INDIVIDUAL, Role.SCHOOL_DATA_MANAGER}


def test_a_role_that_writes_also_reads():
    for permissions in PERMISSIONS.values():
        if Permission.EDIT_PEOPLE in permissions:
            assert Permission.SEE_PEOPLE in permissions
        if {Permission.SEND_FILES, Permission.APPROVE_FILES} & permissions:
            assert Permission.SEE_FILES in permissions
        if {Permission.MAKE_RETURNS, Permission.DOWNLOAD_RETURNS} & permissions:
            assert Permission.SEE_RETURNS in permissions
        if Permission.EDIT_POLICY in permissions:
            assert Permission.SEE_SETTINGS in permissions


def test_leading_a_team_gives_the_history_and_what_cannot_wait_and_nothing_else():
    assert (
        frozenset(
            {
                Permission.SEE_HISTORY,
                Permission.SHARE_IN_EMERGENCY,
                Permission.ANSWER_ENQUIRIES,
            }
        )
        == LEADING_A_TEAM_ADDS
    )


def test_every_permission_has_its_words():
    assert set(PERMISSION_WORDS) == set(Permission)
