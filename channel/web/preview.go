package web

import (
	"context"
	"io"

	"jawort/account"
	"jawort/notice"
	"jawort/source"
	"jawort/topic"
)

// Preview writes the opt-in page of a draft as people would see it, in the language of the text, with nothing stored and nothing
// that can be pressed. theme is light, dark or "".
func Preview(ctx context.Context, w io.Writer, theme string, tenant account.Tenant, s source.Source, text notice.Version, topics []topic.Topic) error {
	o := offer{source: s, tenant: tenant, notice: text, topics: topics}
	v := &visit{theme: theme, inert: true}
	v.of(tenant.ID, tenant.Name, tenant.Brand)
	if s.Settings.Picture != "" {
		v.picture = "/o/picture/" + s.ID + "/" + s.Settings.Picture
	}
	v.reads(text.Language)
	return optInView(v, o, form{country: o.region("")}, "").Render(ctx, w)
}
