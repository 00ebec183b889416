package hook

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"jawort/consent"
	"jawort/errs"
)

// What a receiver should do.
const (
	DoUpdate        = "update"         // take over addresses and what is allowed
	DoStopTopics    = "stop_topics"    // write nothing about these topics any more
	DoStopMarketing = "stop_marketing" // write no marketing any more
	DoRemove        = "remove"         // take the person off every list
)

// Deeds are all of them.
var Deeds = []string{DoUpdate, DoStopTopics, DoStopMarketing, DoRemove}

// Change is one change of a person's consent, as other programs are told of it. What is allowed is what stands when it is told: a change
// that is told late never allows what was stopped since.
type Change struct {
	ID         string     `json:"id" doc:"Of the entry in the ledger; the same whenever it is told again"`
	Cursor     string     `json:"cursor" doc:"Goes on behind this change"`
	Kind       string     `json:"kind" doc:"What happened: granted, withdrawn, erased …"`
	Do         string     `json:"do" enum:"update,stop_topics,stop_marketing,remove" doc:"What to do with the person"`
	Topics     []string   `json:"topics" doc:"What stop_topics is about"`
	Until      *time.Time `json:"until" doc:"End of a pause; null = for good"`
	Contact    string     `json:"contact" doc:"con_… who it is today"`
	MergedFrom string     `json:"merged_from,omitempty" doc:"Who it was, when that person went up in this one"`
	Rev        int64      `json:"rev" doc:"Rises with each entry about the person it was"`
	Addresses  []string   `json:"addresses" doc:"tel:+… and wa:… of the person; none once erased"`
	Allowed    []string   `json:"allowed" doc:"Topics that may be written about, as it stands now"`
	Scope      string     `json:"scope,omitempty" enum:"all,marketing,topic"`
	Channel    string     `json:"channel"`
	Source     string     `json:"source,omitempty"`
	HappenedAt time.Time  `json:"happened_at"`
	RecordedAt time.Time  `json:"recorded_at"`
}

// Advice is what a receiver should do about an entry of the ledger; "" = nothing changes by it.
func Advice(e *consent.Event) string {
	switch e.Kind {
	case consent.Withdrawn, consent.Objected, consent.Declined, consent.Lapsed:
		return byScope(e)
	case consent.Paused: // it comes back: nobody is taken off a list for that
		if d := byScope(e); d != DoRemove {
			return d
		}
		return DoStopTopics
	case consent.PlatformStopped, consent.SuspectedBlock:
		return DoStopMarketing
	case consent.Disputed, consent.Suppressed, consent.Erased, consent.Restricted, consent.IdentityChanged, consent.KeyChanged:
		return DoRemove
	case consent.Requested, consent.Claimed, consent.RequestExpired, consent.AgeStated, consent.ReasonGiven, consent.StaffAction:
		return ""
	}
	return DoUpdate
}

func byScope(e *consent.Event) string {
	switch e.Scope {
	case consent.ScopeTopic:
		return DoStopTopics
	case consent.ScopeMarketing:
		return DoStopMarketing
	}
	return DoRemove
}

// stops says whether the change ends a topic.
func (c *Change) stops(topic string, class consent.Class) bool {
	switch c.Do {
	case DoRemove:
		return true
	case DoStopMarketing:
		return class == consent.Marketing
	}
	return c.Do == DoStopTopics && slices.Contains(c.Topics, topic)
}

// A position of the log as an item of the queue: text order is its order.
const changeItem = "chg_"

func itemOf(position int64) string {
	digits := strconv.FormatInt(position, 10)
	return changeItem + strings.Repeat("0", 19-len(digits)) + digits
}

func positionOf(item string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(item, changeItem), 10, 64)
	return n, err == nil && strings.HasPrefix(item, changeItem)
}

// A cursor names a position and the entry that stood there, so that a log that was set back is noticed.
const cursorVersion = "1"

func cursorOf(e *consent.Event) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + "." + strconv.FormatInt(e.Position, 10) + "." + e.ID))
}

func parseCursor(s string) (position int64, event string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	part := strings.Split(string(raw), ".")
	if err != nil || len(part) != 3 || part[0] != cursorVersion {
		return 0, "", errs.At("after", "hook.cursor")
	}
	if position, err = strconv.ParseInt(part[1], 10, 64); err != nil || position < 1 {
		return 0, "", errs.At("after", "hook.cursor")
	}
	return position, part[2], nil
}
