"""What each role may do, in one table that reads as a sentence (pages §1)."""

from enum import StrEnum


class Role(StrEnum):
    """The part that a person plays for one authority."""

    TRACKING_OFFICER = "TO"
    ADVISER = "PA"
    DATA_MANAGER = "DM"
    INFORMATION_GOVERNANCE = "IG"
    ADMINISTRATOR = "AD"
    YOUTH_WORKER = "YW"
    READ_ONLY = "RO"
    NAMED_INDIVIDUAL = "PN"
    SCHOOL_DATA_MANAGER = "SD"

    @property
    def label(self) -> str:
        """The role's name as it stands on screen."""
        return ROLE_LABELS[self]


ROLE_LABELS: dict[Role, str] = {
    Role.TRACKING_OFFICER: "Tracking officer",
    Role.ADVISER: "Adviser",
    Role.DATA_MANAGER: "Data manager",
    Role.INFORMATION_GOVERNANCE: "Information governance officer",
    Role.ADMINISTRATOR: "Administrator",
    Role.YOUTH_WORKER: "Youth worker",
    Role.READ_ONLY: "Read only",
    Role.NAMED_INDIVIDUAL: "Provider's named individual",
    Role.SCHOOL_DATA_MANAGER: "School or college data manager",
}


class Permission(StrEnum):
    """One thing that a role may or may not do."""

    SEE_PEOPLE = "see people"
    EDIT_PEOPLE = "edit people"
    ADD_PEOPLE = "add people"
    CLOSE_RECORDS = "close records"
    MERGE_PEOPLE = "merge people"
    SEE_SENSITIVE = "see sensitive details"
    SEE_HISTORY = "see history"
    SEE_WHO_LOOKED = "see who looked"
    SEE_FILES = "see files"
    SEND_FILES = "send in files"
    APPROVE_FILES = "approve files"
    MANAGE_SOURCES = "manage sources"
    SEE_MATCHING = "see how matching decides"
    SWITCH_FIELDS = "switch fields"
    ASK_SCHOOLS = "ask schools"
    SEE_RETURNS = "see returns"
    MAKE_RETURNS = "make returns"
    DOWNLOAD_RETURNS = "download returns"
    SEE_FIGURES = "see figures"
    SEE_PROVIDERS = "see providers"
    EDIT_PROVIDERS = "edit providers"
    SEE_SETTINGS = "see settings"
    EDIT_POLICY = "edit policy"
    MANAGE_USERS = "manage users"
    GO_LIVE = "go live"
    ANSWER_REQUESTS = "answer requests"
    TAKE_REQUESTS = "take requests"
    SEE_OUTBOX = "see outbox"
    READ_MAILBOX = "read mailbox"
    SEE_LETTERS = "see letters"
    PLAN_LETTERS = "plan letters"
    APPROVE_LETTERS = "approve letters"
    WRITE_TEMPLATES = "write templates"
    SEE_AGREEMENTS = "see agreements"
    KEEP_AGREEMENTS = "keep agreements"
    SEE_SHARING = "see sharing"
    WRITE_STRANDS = "write strands"
    TRIAGE = "triage"
    PREPARE_LISTS = "prepare lists"
    RELEASE_LISTS = "release lists"
    SEE_LEDGER = "see the ledger"
    RECALL_SHARED = "recall what is shared"
    MAKE_SECURE_FILES = "make secure files"
    OPEN_SECURE_FILES = "open secure files"
    CONFIRM_DESTRUCTION = "confirm destruction"
    SEE_DROPOUTS = "see drop-outs"
    CHASE_DROPOUTS = "chase drop-outs"
    KEEP_SERVICE_LEVELS = "keep service levels"
    KEEP_INCIDENTS = "keep incidents"
    REPORT_INCIDENTS = "report incidents"
    TELL_OF_INCIDENTS = "tell of incidents"
    SHARE_IN_EMERGENCY = "share in an emergency"
    ANSWER_ENQUIRIES = "answer enquiries"
    KEEP_POLICY_DOCUMENTS = "keep policy documents"
    USE_PORTAL = "use the portal"
    MANAGE_SEATS = "manage seats"
    FILL_AGREEMENT = "fill in an agreement"
    REPORT_DROPOUTS = "report drop-outs"
    KEEP_ROUTES = "keep drop-out routes"
    SEND_ON = "send drop-outs on"
    WORK_LIST = "work a list"
    SEND_OWN_FILES = "send own files"


PERMISSION_WORDS: dict[Permission, str] = {
    Permission.SEE_PEOPLE: "See young people's records of the authority",
    Permission.EDIT_PEOPLE: "Add to records and put them right",
    Permission.ADD_PEOPLE: "Add someone who is not there yet",
    Permission.CLOSE_RECORDS: "Close records, and move them to another authority",
    Permission.MERGE_PEOPLE: "Compare records that may be one person’s, merge them, undo a merge",
    Permission.SEE_SENSITIVE: "Open sensitive details, such as needs and characteristics",
    Permission.SEE_HISTORY: "See what a record said before, and who changed it",
    Permission.SEE_WHO_LOOKED: "See who looked at a record",
    Permission.SEE_FILES: "See the files that were received",
    Permission.SEND_FILES: "Send in files",
    Permission.APPROVE_FILES: "Approve what a file would change",
    Permission.MANAGE_SOURCES: "Say who may send files, how and when, and remind them",
    Permission.SEE_MATCHING: "See how matching decides, try a version of it and put it in use",
    Permission.SWITCH_FIELDS: "Say which fields are taken of schools' systems, and what for",
    Permission.ASK_SCHOOLS: "Ask schools about people whom we do not know, and enter the answer",
    Permission.SEE_RETURNS: "See the month's return, its errors and who is in it",
    Permission.MAKE_RETURNS: "Make the month's return",
    Permission.DOWNLOAD_RETURNS: "Download a return, with a reason",
    Permission.SEE_FIGURES: "See figures",
    Permission.SEE_PROVIDERS: "See the directory of providers",
    Permission.EDIT_PROVIDERS: "Change the directory of providers, and sub-regions",
    Permission.SEE_SETTINGS: "See settings and the policy",
    Permission.EDIT_POLICY: "Change the policy",
    Permission.MANAGE_USERS: "Invite people, and give and end their roles",
    Permission.ANSWER_REQUESTS: "See what young people ask of us, say whom it is about, and answer",
    Permission.TAKE_REQUESTS: "Enter what someone asks by phone, email, post or in person",
    Permission.READ_MAILBOX: "Read the drop box, and say what of it is a request",
    Permission.SEE_OUTBOX: "See the texts and emails that go out, and stop what has not gone",
    Permission.SEE_LETTERS: "See letters: their batches, templates and the list they point to",
    Permission.PLAN_LETTERS: "Plan a batch of letters, print it, and say what was posted",
    Permission.APPROVE_LETTERS: "Approve a batch of letters that someone else planned",
    Permission.WRITE_TEMPLATES: "Publish what letters say",
    Permission.SEE_AGREEMENTS: "See agreements with organisations, and what each allows",
    Permission.KEEP_AGREEMENTS: "Write agreements, put them in force, suspend and end them",
    Permission.SEE_SHARING: "See who is shared with which organisation, and the lists",
    Permission.WRITE_STRANDS: "Say by what people are matched to an organisation",
    Permission.TRIAGE: "Decide who goes to which organisation",
    Permission.PREPARE_LISTS: "Prepare lists for organisations, and withdraw them",
    Permission.RELEASE_LISTS: "Release a list that someone else prepared",
    Permission.SEE_LEDGER: "Search every disclosure that was ever made",
    Permission.RECALL_SHARED: "Take someone off an organisation’s list",
    Permission.MAKE_SECURE_FILES: "Have a list made into an encrypted file, and destroy it",
    Permission.OPEN_SECURE_FILES: "Download an encrypted list made for them by name",
    Permission.CONFIRM_DESTRUCTION: "Confirm that what they were given is destroyed",
    Permission.SEE_DROPOUTS: "See which returns of drop-outs came, and how many people they name",
    Permission.CHASE_DROPOUTS: "Remind a provider of a return, and escalate it",
    Permission.KEEP_SERVICE_LEVELS: "Keep service level agreements, retention, and the toolkit",
    Permission.KEEP_INCIDENTS: "Keep the register of incidents, and decide who is told",
    Permission.REPORT_INCIDENTS: "Report an incident of their organisation",
    Permission.TELL_OF_INCIDENTS: "Report an incident that they found to governance",
    Permission.SHARE_IN_EMERGENCY: "Share one person’s details in an emergency",
    Permission.ANSWER_ENQUIRIES: "Answer an organisation that asks outside the portal",
    Permission.KEEP_POLICY_DOCUMENTS: "Keep the register of conditions and policy documents",
    Permission.REPORT_DROPOUTS: "Report drop-outs for the organisation whose place they have",
    Permission.KEEP_ROUTES: "Say to whom drop-out notifications go, for each council",
    Permission.SEND_ON: "Pass drop-outs of other councils’ residents on to them",
    Permission.MANAGE_SEATS: "See who of other organisations has access, invite and end",
    Permission.FILL_AGREEMENT: "See their organisation’s agreement, fill in its part, and sign",
    Permission.USE_PORTAL: "Open the portal of the organisation whose place they have",
    Permission.SEND_OWN_FILES: "Send their organisation’s files, and answer what is asked of them",
    Permission.WORK_LIST: "Work their organisation’s list, and say what happened to each person",
    Permission.GO_LIVE: "Compare what moved in with the old system's return, and sign it off",
}
"""Each permission as the page of roles says it."""


P = Permission

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TRACKING_OFFICER: frozenset(
        {
            P.TELL_OF_INCIDENTS,
            P.SEE_PEOPLE,
            P.EDIT_PEOPLE,
            P.ADD_PEOPLE,
            P.SEE_SENSITIVE,
            P.SEE_FILES,
            P.SEND_FILES,
            P.APPROVE_FILES,
            P.SEE_RETURNS,
            P.SEE_FIGURES,
            P.SEE_PROVIDERS,
            P.ANSWER_REQUESTS,
            P.TAKE_REQUESTS,
            P.READ_MAILBOX,
            P.SEE_OUTBOX,
            P.SEE_LETTERS,
            P.PLAN_LETTERS,
            P.APPROVE_LETTERS,
            P.SEND_ON,
            P.TRIAGE,
            P.SEE_DROPOUTS,
            P.CHASE_DROPOUTS,
        }
    ),
    Role.ADVISER: frozenset(
        {
            P.TELL_OF_INCIDENTS,
            P.SEE_PEOPLE,
            P.EDIT_PEOPLE,
            P.ADD_PEOPLE,
            P.SEE_SENSITIVE,
            P.SEE_FIGURES,
            P.SEE_PROVIDERS,
            P.TAKE_REQUESTS,
            P.SHARE_IN_EMERGENCY,
            P.ANSWER_ENQUIRIES,
        }
    ),
    Role.DATA_MANAGER: frozenset(
        {
            P.TELL_OF_INCIDENTS,
            P.MANAGE_SEATS,
            P.SEE_PEOPLE,
            P.EDIT_PEOPLE,
            P.ADD_PEOPLE,
            P.CLOSE_RECORDS,
            P.MERGE_PEOPLE,
            P.SEE_SENSITIVE,
            P.SEE_HISTORY,
            P.SEE_FILES,
            P.SEND_FILES,
            P.APPROVE_FILES,
            P.MANAGE_SOURCES,
            P.SEE_MATCHING,
            P.SWITCH_FIELDS,
            P.ASK_SCHOOLS,
            P.SEE_RETURNS,
            P.MAKE_RETURNS,
            P.DOWNLOAD_RETURNS,
            P.SEE_FIGURES,
            P.SEE_PROVIDERS,
            P.EDIT_PROVIDERS,
            P.SEE_SETTINGS,
            P.GO_LIVE,
            P.SEE_LETTERS,
            P.PLAN_LETTERS,
            P.APPROVE_LETTERS,
            P.SEE_AGREEMENTS,
            P.SEE_SHARING,
            P.WRITE_STRANDS,
            P.TRIAGE,
            P.PREPARE_LISTS,
            P.RECALL_SHARED,
            P.MAKE_SECURE_FILES,
            P.SEE_DROPOUTS,
            P.CHASE_DROPOUTS,
            P.KEEP_SERVICE_LEVELS,
            P.KEEP_ROUTES,
            P.SEND_ON,
        }
    ),
    Role.INFORMATION_GOVERNANCE: frozenset(
        {
            P.MANAGE_SEATS,
            P.SEE_PEOPLE,
            P.SEE_SENSITIVE,
            P.SEE_HISTORY,
            P.SEE_WHO_LOOKED,
            P.SEE_MATCHING,
            P.SWITCH_FIELDS,
            P.SEE_RETURNS,
            P.SEE_FIGURES,
            P.SEE_PROVIDERS,
            P.SEE_SETTINGS,
            P.EDIT_POLICY,
            P.ANSWER_REQUESTS,
            P.SEE_LETTERS,
            P.APPROVE_LETTERS,
            P.WRITE_TEMPLATES,
            P.SEE_AGREEMENTS,
            P.KEEP_AGREEMENTS,
            P.SEE_SHARING,
            P.WRITE_STRANDS,
            P.TRIAGE,
            P.RELEASE_LISTS,
            P.SEE_LEDGER,
            P.RECALL_SHARED,
            P.KEEP_INCIDENTS,
            P.KEEP_POLICY_DOCUMENTS,
            P.SHARE_IN_EMERGENCY,
            P.ANSWER_ENQUIRIES,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            P.TELL_OF_INCIDENTS,
            P.MANAGE_SEATS,
            P.SEE_PEOPLE,
            P.SEE_FILES,
            P.MANAGE_SOURCES,
            P.SEE_FIGURES,
            P.SEE_PROVIDERS,
            P.EDIT_PROVIDERS,
            P.SEE_SETTINGS,
            P.EDIT_POLICY,
            P.MANAGE_USERS,
            P.GO_LIVE,
            P.READ_MAILBOX,
            P.SEE_OUTBOX,
        }
    ),
    Role.YOUTH_WORKER: frozenset({P.SEE_PEOPLE, P.SEE_FIGURES, P.TELL_OF_INCIDENTS}),
    Role.READ_ONLY: frozenset({P.SEE_PEOPLE, P.SEE_FIGURES, P.TELL_OF_INCIDENTS}),
    Role.NAMED_INDIVIDUAL: frozenset(
        {
            P.USE_PORTAL,
            P.FILL_AGREEMENT,
            P.REPORT_DROPOUTS,
            P.SEND_OWN_FILES,
            P.REPORT_INCIDENTS,
            P.OPEN_SECURE_FILES,
            P.CONFIRM_DESTRUCTION,
            P.WORK_LIST,
        }
    ),
    Role.SCHOOL_DATA_MANAGER: frozenset(
        {
            P.USE_PORTAL,
            P.REPORT_DROPOUTS,
            P.SEND_OWN_FILES,
            P.REPORT_INCIDENTS,
        }
    ),
}

LEADING_A_TEAM_ADDS: frozenset[Permission] = frozenset(
    {P.SEE_HISTORY, P.SHARE_IN_EMERGENCY, P.ANSWER_ENQUIRIES}
)
"""What a tracking officer or adviser with the team permission may do besides (pages §1, TM)."""

STAFF_ROLES: frozenset[Role] = frozenset(
    role for role, permissions in PERMISSIONS.items() if P.SEE_PEOPLE in permissions
)
"""Roles that see young people's records of their authority."""

PORTAL_ROLES: frozenset[Role] = frozenset(
    role for role, permissions in PERMISSIONS.items() if P.USE_PORTAL in permissions
)
"""Roles of people of other organisations, each of whom has a seat at one (providers.portal)."""

WITHOUT_PERSONAL_DATA: frozenset[Permission] = frozenset(
    {
        P.SEE_FIGURES,
        P.SEE_PROVIDERS,
        P.EDIT_PROVIDERS,
        P.SEE_SETTINGS,
        P.EDIT_POLICY,
        P.SWITCH_FIELDS,
    }
)
"""What shows nothing about anyone. Any other permission, a new one too, is taken to show people."""
