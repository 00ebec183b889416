package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// smsOut is what is posted to the SMS callback, signed like a webhook.
type smsOut struct {
	ID   string    `json:"id"`
	From string    `json:"from"` // +digits
	To   string    `json:"to"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// sms records a text the toy phone sends as SMS and brings it to whoever is bound by SMPP; else it is posted once to the SMS callback,
// if there is one.
func (s *Server) sms(p *person, to, text string) (*track, error) {
	if to == "" || text == "" || len(to) > 20 || len(text) > 4000 {
		return nil, errors.New("sms: to and text are needed")
	}
	s.touch(p)
	m := smsOut{ID: "sms_" + s.ids.letters(12), To: to, Text: text, At: s.clock.Now().UTC()}
	p.mu.Lock()
	m.From = "+" + p.phone
	p.add(&bubble{ID: m.ID, From: "person", Number: to, Type: "sms", Text: text, At: m.At, Status: "sent"})
	p.mu.Unlock()
	s.story("sms", nameOf(p), to, clip(text, 60))
	t := newTrack()
	if c := s.smsc.Load(); c != nil {
		go func() {
			err := c.bring(m.From, m.To, m.Text)
			if err != nil {
				s.story("smslost", nameOf(p), to, err.Error())
			}
			t.settle(err == nil)
		}()
		return t, nil
	}
	url := s.estate.smsCallback()
	if url == "" {
		t.settle(false)
		return t, nil
	}
	go func() { t.settle(s.postSMS(url, m)) }()
	return t, nil
}

func (s *Server) postSMS(url string, m smsOut) bool {
	body, err := json.Marshal(m)
	if err != nil {
		return false
	}
	req, err := http.NewRequestWithContext(s.post.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", sign(s.o.AppSecret, body))
	resp, err := s.post.client.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode >= 200 && resp.StatusCode < 300
}
