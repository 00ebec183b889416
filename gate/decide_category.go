package gate

import "jawort/consent"

// category: what the message is by Meta's word, and whether that fits the topic the person agreed to.
func (j *judge) category() {
	if !kinds[j.m.Kind] {
		j.refuse(KindUnknown)
	}
	j.purpose()
	if j.m.isTemplate() {
		j.template()
	}
	if j.m.DirectSend != "" {
		j.directSend()
	}
	if j.m.MarketingEdge && (!j.m.isTemplate() || !isMarketing(j.f.Template.Category)) {
		j.refuse(WrongEdge) // facts/meta.md 5.3
	}
	if j.ordinary() {
		j.topic()
	}
}

// purpose: a purpose is Jawort's own, and has its own narrow form.
func (j *judge) purpose() {
	switch j.as {
	case Ordinary:
		return
	case ConfirmRequest:
		if j.m.isTemplate() && j.f.Template.Known && !isUtility(j.f.Template.Category) {
			j.refuseNamed(QuestionNotUtility, j.m.Template)
		}
	case StopAck, NotMeAck, RightsAnswer, HumanAnswer, WayBack, OptinAck:
		if j.m.isTemplate() || j.m.DirectSend != "" {
			j.refuse(PurposeKind)
		}
	default:
		j.refuse(PurposeUnknown)
	}
	if j.m.Purpose != Ordinary && j.m.Program != "" {
		j.refuse(PurposeNotCallers)
	}
}

func (j *judge) template() {
	t := &j.f.Template
	if !t.Known {
		j.refuseNamed(TemplateUnknown, j.m.Template)
		return
	}
	switch t.Status {
	case "APPROVED", "FLAGGED", "REINSTATED", "UNARCHIVED": // facts/meta.md 4.2: these are still sent
	case "PAUSED":
		j.refuseNamed(TemplatePaused, j.m.Template)
	case "DISABLED":
		j.refuseNamed(TemplateDisabled, j.m.Template)
	default:
		j.refuseNamed(TemplateNotApproved, j.m.Template)
	}
	if _, ok := ClassOf(t.Category); !ok {
		j.refuseNamed(CategoryUnknown, j.m.Template)
	}
}

// directSend: Meta takes utility and authentication only (facts/meta.md 4.7).
func (j *judge) directSend() {
	of, ok := ClassOf(j.m.DirectSend)
	if !ok || of == consent.Marketing || j.m.isTemplate() {
		j.refuse(DirectSendCategory)
	}
}

func (j *judge) topic() {
	t := &j.f.Topic
	if !t.Known || t.Code == "" || !knownClass(t.Class) {
		j.refuseNamed(TopicUnknown, t.Code)
		return
	}
	category, given := j.ownCategory()
	if of, ok := ClassOf(category); given && ok && of != t.Class {
		j.refuseNamed(CategoryMismatch, t.Code)
	}
}

func isMarketing(category string) bool {
	c, ok := ClassOf(category)
	return ok && c == consent.Marketing
}
func isUtility(category string) bool { c, ok := ClassOf(category); return ok && c == consent.Utility }
