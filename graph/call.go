package graph

import "time"

// Call is one event of a call over WhatsApp (WA/calling/reference). A call by the person, even a missed one,
// opens the 24-hour window.
type Call struct {
	ID        string // wacid
	Event     string // connect terminate; for statuses ringing accepted rejected
	Direction string // USER_INITIATED BUSINESS_INITIATED
	Status    string // COMPLETED FAILED, at the end
	Callback  string
	Start     time.Time
	End       time.Time
	Seconds   int64
	SDPType   string
	SDP       string
	Errors    []Error
}

// ByPerson says whether it was the person who called.
func (c *Call) ByPerson() bool { return c.Direction == "USER_INITIATED" }

func readCall(t *traffic, it *Item, n node) string {
	it.Kind = KindCall
	c, from, to := new(Call), Person{}, Person{}
	for k, v := range n.fields() {
		switch string(k) {
		case "id":
			c.ID = v.id()
		case "from":
			from.WAID = v.waID()
		case "from_user_id":
			from.UserID = v.id()
		case "from_parent_user_id":
			from.ParentUserID = v.id()
		case "to":
			to.WAID = v.waID()
		case "to_user_id":
			to.UserID = v.id()
		case "timestamp":
			it.Time = v.time()
		default:
			c.read(string(k), v)
		}
	}
	it.Call = c
	if c.Direction == "BUSINESS_INITIATED" {
		from = to
	}
	it.Person = t.resolve(from)
	return c.key()
}

func (c *Call) read(key string, v node) {
	switch key {
	case "event":
		c.Event = v.id()
	case "direction":
		c.Direction = v.text()
	case "status":
		c.Status = v.id()
	case "start_time":
		c.Start = v.time()
	case "end_time":
		c.End = v.time()
	case "duration":
		c.Seconds = v.number()
	case "biz_opaque_callback_data":
		c.Callback = v.text()
	case "session":
		c.SDPType, c.SDP = v.get("sdp_type").text(), v.get("sdp").text()
	case "errors":
		c.Errors = readErrors(v)
	}
}

func (c *Call) key() string {
	if c.ID == "" {
		return ""
	}
	return "c:" + c.ID + ":" + c.Event + ":" + c.Status
}

// readCallStatus reads statuses[] of the field "calls": the ringing of a call we began.
func readCallStatus(t *traffic, it *Item, n node) string {
	it.Kind, it.Time = KindCall, n.get("timestamp").time()
	it.Call = &Call{ID: n.get("id").id(), Event: n.get("status").id(), Direction: "BUSINESS_INITIATED", Errors: readErrors(n.get("errors"))}
	it.Person = t.resolve(Person{WAID: n.get("recipient_id").waID(), UserID: n.get("recipient_user_id").id()})
	return it.Call.key()
}
