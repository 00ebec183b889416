package graph

func readMessage(t *traffic, it *Item, n node) string {
	it.Kind = KindMessage
	m, p := new(Inbound), Person{}
	for k, v := range n.fields() {
		switch string(k) {
		case "from":
			p.WAID = v.waID()
		case "from_user_id":
			p.UserID = v.id()
		case "from_parent_user_id":
			p.ParentUserID = v.id()
		case "timestamp":
			it.Time = v.time()
		}
		m.read(string(k), v)
	}
	it.Message, it.Person = m, t.resolve(p)
	if m.ID == "" {
		return ""
	}
	return "m:" + m.ID
}

// read takes in one field of a message.
func (m *Inbound) read(key string, v node) {
	switch key {
	case "id":
		m.ID = v.id()
	case "type":
		m.Type = v.text()
	case "group_id":
		m.GroupID = v.id()
	case "text":
		m.Text = first(v.get("body").text(), v.text())
	case "button":
		m.Button = &Reply{ID: v.get("payload").text(), Title: first(v.get("text").text(), v.text())}
	case "context":
		m.Context = readContext(v)
	case "referral":
		m.Referral = readReferral(v)
	case "interactive":
		m.Interactive = readInteractive(v)
		m.strange = append(m.strange, m.Interactive.strange...)
	case "image", "document", "audio", "video", "sticker":
		m.Media = readMedia(v)
	case "contacts":
		m.Contacts = readCards(v)
	case "errors":
		m.Errors = readErrors(v)
	default:
		m.readRare(key, v)
	}
}

func (m *Inbound) readRare(key string, v node) {
	switch key {
	case "reaction":
		m.Reaction = &Reaction{v.get("message_id").id(), v.get("emoji").text()}
	case "location":
		m.Location = readLocation(v)
	case "order":
		m.Order = readOrder(v)
	case "system":
		m.System = readSystem(v)
	case "edit":
		m.Edit = readEdit(v)
	case "revoke":
		m.Revoke = &Revoke{v.get("original_message_id").id()}
	case "unsupported":
		m.Unsupported = v.get("type").text()
	default:
		if v.isObject() {
			m.strange = append(m.strange, v)
		}
	}
}

func readContext(v node) *Context {
	c := new(Context)
	for k, v := range v.fields() {
		switch string(k) {
		case "from":
			c.From = v.text()
		case "id":
			c.ID = v.id()
		case "forwarded":
			c.Forwarded = v.yes()
		case "frequently_forwarded":
			c.FrequentlyForwarded = v.yes()
		case "referred_product":
			c.CatalogID, c.ProductRetailerID = v.get("catalog_id").text(), v.get("product_retailer_id").text()
		}
	}
	return c
}

func readReferral(v node) *Referral {
	return &Referral{
		SourceURL: v.get("source_url").text(), SourceID: v.get("source_id").text(),
		SourceType: v.get("source_type").text(), Headline: v.get("headline").text(),
		Body: v.get("body").text(), ClickID: v.get("ctwa_clid").text(),
		WelcomeText: v.get("welcome_message").get("text").text(),
	}
}

func readMedia(v node) *Media {
	m := new(Media)
	for k, v := range v.fields() {
		switch string(k) {
		case "id":
			m.ID = v.id()
		case "mime_type":
			m.MIME = v.text()
		case "sha256":
			m.SHA256 = v.text()
		case "caption":
			m.Caption = v.text()
		case "filename":
			m.Filename = v.text()
		case "url":
			m.URL = v.text()
		case "voice":
			m.Voice = v.yes()
		case "animated":
			m.Animated = v.yes()
		}
	}
	return m
}

func readLocation(v node) *Location {
	return &Location{
		Latitude: v.get("latitude").decimal(), Longitude: v.get("longitude").decimal(),
		Name: v.get("name").text(), Address: v.get("address").text(), URL: v.get("url").text(),
	}
}

func readCards(list node) []SharedContact {
	var all []SharedContact
	for v := range list.items() {
		c := SharedContact{Name: v.get("name").get("formatted_name").text(), Origin: v.get("origin").text()}
		for p := range v.get("phones").items() {
			c.Phones = append(c.Phones, SharedPhone{p.get("phone").text(), p.get("wa_id").waID(), p.get("type").text()})
		}
		all = append(all, c)
	}
	return all
}

func readOrder(v node) *Order {
	o := &Order{CatalogID: v.get("catalog_id").text(), Text: v.get("text").text()}
	for i := range v.get("product_items").items() {
		o.Items = append(o.Items, OrderItem{
			ProductRetailerID: i.get("product_retailer_id").text(), Currency: i.get("currency").text(),
			Quantity: i.get("quantity").number(), Price: i.get("item_price").decimal(),
		})
	}
	return o
}

// readSystem knows the names of older versions too: new_wa_id until v11, wa_id since.
func readSystem(v node) *System {
	s := &System{
		Type: v.get("type").text(), Body: v.get("body").text(),
		WAID: first(v.get("wa_id").waID(), v.get("new_wa_id").waID()), UserID: v.get("user_id").id(),
		ParentUserID:   v.get("parent_user_id").id(),
		PreviousUserID: v.get("previous_user_id").id(), PreviousParentUserID: v.get("previous_parent_user_id").id(),
	}
	if id := first2(v.get("identity"), v); id.get("hash") != nil {
		s.Identity = &IdentityChange{id.get("acknowledged").yes(), id.get("created_timestamp").time(), id.get("hash").text()}
	}
	return s
}

func first2(a, b node) node {
	if a.isObject() {
		return a
	}
	return b
}

// readEdit reads the new message one level deep: an edit of an edit names the same original.
func readEdit(v node) *Edit {
	e := &Edit{OriginalID: v.get("original_message_id").id()}
	if inner := v.get("message"); inner.isObject() {
		e.Message = new(Inbound)
		for k, v := range inner.fields() {
			if key := string(k); key != "edit" {
				e.Message.read(key, v)
			}
		}
	}
	return e
}

func readEcho(t *traffic, it *Item, n node) string {
	it.Kind, it.Time = KindEcho, n.get("timestamp").time()
	m := new(Inbound)
	for k, v := range n.fields() {
		m.read(string(k), v)
	}
	it.Message = m
	it.Person = t.resolve(Person{WAID: n.get("to").waID(), UserID: n.get("to_user_id").id()})
	if m.ID == "" {
		return ""
	}
	return "e:" + m.ID
}
