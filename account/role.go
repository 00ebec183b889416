package account

// Role is what a member of staff is; Permission is one thing a role may do.
type (
	Role       string
	Permission string
)

// The closed list of roles.
const (
	Owner   Role = "owner"
	Admin   Role = "admin"
	Editor  Role = "editor"
	Agent   Role = "agent"
	Auditor Role = "auditor"
)

// Roles in the order in which pages offer them, most able first.
var Roles = []Role{Owner, Admin, Editor, Agent, Auditor}

// The closed list of permissions.
const (
	MaySee     Permission = "see"     // pages: figures, people, decisions
	MayReview  Permission = "review"  // decide what an unclear answer meant
	MayAnswer  Permission = "answer"  // write to a person in an open window
	MayAddress Permission = "address" // see telephone numbers whole; everybody else sees their country and last two digits
	MayFiles   Permission = "files"   // open scans and recordings that prove an event
	MayOptIn   Permission = "optin"   // record an opt-in that came on paper or at the counter
	MayOptOut  Permission = "optout"  // record an opt-out that came by letter, e-mail or at the counter; ask for a voiding
	MayMerge   Permission = "merge"   // say that two people are one, or are not; settle a doubt about who somebody is
	MayVoid    Permission = "void"    // approve that what staff entered wrongly is void
	MayEdit    Permission = "edit"    // topics, notices, sources, templates
	MaySend    Permission = "send"    // campaigns
	MayImport  Permission = "import"  // lists of people and of opt-outs
	MayExport  Permission = "export"  // evidence packs, what we hold about a person
	MayErase   Permission = "erase"   // erase a person
	MayNumbers Permission = "numbers" // numbers, portfolios and their secrets
	MayKeys    Permission = "keys"    // API keys and programs
	MayStaff   Permission = "staff"   // invite, change and disable staff
	MayAudit   Permission = "audit"   // read the audit trail
	MayTenant  Permission = "tenant"  // policy; release after a restore
)

// Permissions in the order in which pages show them: from what everybody may to what few may.
var Permissions = []Permission{MaySee, MayReview, MayAnswer, MayAddress, MayOptIn, MayOptOut, MayMerge, MayFiles, MayEdit, MaySend, MayImport, MayExport, MayAudit, MayVoid,
	MayErase, MayNumbers, MayKeys, MayStaff, MayTenant}

// table says who may do what; whoever is not named may not.
var table = map[Permission][]Role{
	MaySee:     {Owner, Admin, Editor, Agent, Auditor},
	MayReview:  {Owner, Admin, Editor, Agent},
	MayAnswer:  {Owner, Admin, Editor, Agent},
	MayAddress: {Owner, Admin, Editor, Agent}, // who talks with people; an auditor checks entries, not people
	MayFiles:   {Owner, Admin, Editor, Auditor},
	MayOptIn:   {Owner, Admin, Editor, Agent},
	MayOptOut:  {Owner, Admin, Editor, Agent},
	MayMerge:   {Owner, Admin, Editor},
	MayVoid:    {Owner, Admin},
	MayEdit:    {Owner, Admin, Editor},
	MaySend:    {Owner, Admin, Editor},
	MayImport:  {Owner, Admin, Editor},
	MayExport:  {Owner, Admin, Auditor},
	MayErase:   {Owner, Admin},
	MayNumbers: {Owner, Admin},
	MayKeys:    {Owner, Admin},
	MayStaff:   {Owner, Admin},
	MayAudit:   {Owner, Admin, Auditor},
	MayTenant:  {Owner},
}

// May reports whether the role has the permission.
func (r Role) May(p Permission) bool {
	for _, have := range table[p] {
		if have == r {
			return true
		}
	}
	return false
}

// Valid reports whether r is of the closed list.
func (r Role) Valid() bool {
	for _, known := range Roles {
		if known == r {
			return true
		}
	}
	return false
}

// MayChange reports whether a member with this role may invite, change or disable one who has, or is to have, the other role:
// only an owner touches owners.
func (r Role) MayChange(other Role) bool {
	return r.May(MayStaff) && other.Valid() && (other != Owner || r == Owner)
}
