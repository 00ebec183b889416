package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// sendBody is a message as WA/messages/send-messages describes it. Top-level keys are matched exactly; unknown ones are
// ignored as Graph ignores them, unknown keys inside an object are refused.
type sendBody struct {
	raw       map[string]json.RawMessage
	to        string
	recipient string
	typ       string
	category  string // Direct Send
	opaque    string
	keyHash   string
	reply     string // context.message_id
	text      *textBody
	media     *mediaBody
	template  *templateBody
	inter     *interactiveBody
	reaction  *reactionBody
}

type textBody struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type mediaBody struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
	Voice    bool   `json:"voice"`
	Provider string `json:"provider"`
}

type reactionBody struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type templateBody struct {
	Name      string              `json:"name"`
	Namespace string              `json:"namespace"`
	Language  *languageBody       `json:"language"`
	Comps     []templateComponent `json:"components"`
}

type languageBody struct {
	Code   string `json:"code"`
	Policy string `json:"policy"`
}

type templateComponent struct {
	Type    string              `json:"type"`
	SubType string              `json:"sub_type"`
	Index   indexNumber         `json:"index"`
	Params  []templateParameter `json:"parameters"`
	Cards   json.RawMessage     `json:"cards"`
}

type templateParameter struct {
	Type       string          `json:"type"`
	Name       string          `json:"parameter_name"`
	Text       *string         `json:"text"`
	Payload    *string         `json:"payload"`
	CouponCode *string         `json:"coupon_code"`
	Currency   *currencyBody   `json:"currency"`
	DateTime   *dateTimeBody   `json:"date_time"`
	Image      *mediaBody      `json:"image"`
	Video      *mediaBody      `json:"video"`
	Document   *mediaBody      `json:"document"`
	Location   json.RawMessage `json:"location"`
	Action     json.RawMessage `json:"action"`
	Product    json.RawMessage `json:"product"`
	Offer      json.RawMessage `json:"limited_time_offer"`
}

type currencyBody struct {
	Fallback string `json:"fallback_value"`
	Code     string `json:"code"`
	Amount   int64  `json:"amount_1000"`
}

// dateTimeBody: only the fallback is shown; the other parts are old and ignored by WhatsApp.
type dateTimeBody struct {
	Fallback  string          `json:"fallback_value"`
	DayOfWeek json.RawMessage `json:"day_of_week"`
	Year      json.RawMessage `json:"year"`
	Month     json.RawMessage `json:"month"`
	Day       json.RawMessage `json:"day_of_month"`
	Hour      json.RawMessage `json:"hour"`
	Minute    json.RawMessage `json:"minute"`
	Calendar  string          `json:"calendar"`
}

// indexNumber is a button's place; Meta takes it as text and as a number.
type indexNumber struct {
	set bool
	n   int
}

func (i *indexNumber) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	n := 0
	if s == "" {
		return errors.New("index: want a number")
	}
	for _, c := range s {
		if c < '0' || c > '9' || n > 99 {
			return errors.New("index: want a number")
		}
		n = n*10 + int(c-'0')
	}
	i.set, i.n = true, n
	return nil
}

type interactiveBody struct {
	Type   string            `json:"type"`
	Header *headerBody       `json:"header"`
	Body   *textPart         `json:"body"`
	Footer *textPart         `json:"footer"`
	Action *interactiveDeeds `json:"action"`
}

type headerBody struct {
	Type     string     `json:"type"`
	Text     string     `json:"text"`
	SubText  string     `json:"sub_text"`
	Image    *mediaBody `json:"image"`
	Video    *mediaBody `json:"video"`
	Document *mediaBody `json:"document"`
}

type textPart struct {
	Text string `json:"text"`
}

type interactiveDeeds struct {
	Name     string          `json:"name"`
	Button   string          `json:"button"`
	Buttons  []replyButton   `json:"buttons"`
	Sections []listSection   `json:"sections"`
	Params   json.RawMessage `json:"parameters"`
	Catalog  string          `json:"catalog_id"`
	Product  string          `json:"product_retailer_id"`
	Thumb    string          `json:"thumbnail_product_retailer_id"`
}

type replyButton struct {
	Type  string `json:"type"`
	Reply *struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"reply"`
}

type listSection struct {
	Title string    `json:"title"`
	Rows  []listRow `json:"rows"`
	Items []any     `json:"product_items"`
}

type listRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// readBody splits the top level of a request, JSON or form.
func readBody(body []byte, contentType string) (map[string]json.RawMessage, *refusal) {
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		return readForm(body)
	}
	m, ok := splitObject(body)
	if !ok {
		return nil, badParam("The request body is not a JSON object.")
	}
	return m, nil
}

// readForm takes a form body, in which objects are JSON text, as Graph does.
func readForm(body []byte) (map[string]json.RawMessage, *refusal) {
	q, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, badParam("The request body is not a form.")
	}
	m := map[string]json.RawMessage{}
	for k, v := range q {
		last := v[len(v)-1]
		if t := strings.TrimSpace(last); (strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[")) && json.Valid([]byte(t)) {
			m[k] = json.RawMessage(t)
			continue
		}
		text, _ := json.Marshal(last)
		m[k] = text
	}
	return m, nil
}

// text reads a string parameter; a number counts as text, as in Graph. ok is false for anything else.
func text(m map[string]json.RawMessage, key string) (value string, present, ok bool) {
	raw, present := m[key]
	if !present || string(raw) == "null" {
		return "", false, true
	}
	if value, ok = plainString(raw); ok {
		return value, true, true
	}
	if json.Unmarshal(raw, &value) == nil {
		return value, true, true
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String(), true, true
	}
	return "", true, false
}

// object reads an object strictly.
func object(m map[string]json.RawMessage, key string, into any) *refusal {
	dec := json.NewDecoder(bytes.NewReader(m[key]))
	dec.DisallowUnknownFields()
	err := dec.Decode(into) // the value ends where the splitter ended it
	if err == nil {
		return nil
	}
	if name, found := strings.CutPrefix(fmt.Sprint(err), "json: unknown field "); found {
		return badParam("Invalid keys %s were found in param \"%s\".", clip(name, 60), key)
	}
	return badParam("Param %s must be a valid object of the documented shape.", key)
}
