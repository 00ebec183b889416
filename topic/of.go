package topic

import "strings"

// Message is what decides which topic a message belongs to.
type Message struct {
	Class    Class            // by Meta's current category, never by what the caller says; "" = no category at all
	Asked    string           // the API's topic; "" = none given
	Template string           // the topic assigned to the template; "" = none, or no template
	Program  map[Class]string // the calling program's defaults
	Tenant   map[Class]string // the tenant's defaults, see Defaults
}

// TopicOf finds the topic of a message (DESIGN section 6): the API's, else the template's, else the program's default of the
// class, else the tenant's default of the class, which marketing never has. ok is false for TOPIC_UNKNOWN. The first that is
// given counts, also when it is no topic in use: a wrong name must not be sent under another one.
func TopicOf(m Message, inUse func(code string) bool) (code string, ok bool) {
	switch {
	case m.Asked != "":
		code = m.Asked
	case m.Template != "":
		code = m.Template
	case m.Program[m.Class] != "":
		code = m.Program[m.Class]
	case m.Class == Utility || m.Class == Authentication:
		code = m.Tenant[m.Class]
	}
	return code, code != "" && inUse(code)
}

// ClassOf is the class of Meta's category; ok is false for one we do not know, which must be refused.
func ClassOf(category string) (c Class, ok bool) {
	switch strings.ToUpper(category) {
	case "MARKETING":
		return Marketing, true
	case "UTILITY":
		return Utility, true
	case "AUTHENTICATION":
		return Authentication, true
	}
	return "", false
}

// Fits says whether a message of Meta's category may be sent for a topic of the class.
func Fits(category string, class Class) bool {
	c, ok := ClassOf(category)
	return ok && c == class
}
