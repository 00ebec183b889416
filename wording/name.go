package wording

import (
	"slices"
	"strings"
)

// legalForms say how a business is organised, not who it is.
var legalForms = wordSet("gmbh ug haftungsbeschrankt ag kg kgaa ohg gbr ek eg ev mbh co cie se ltd limited llc llp plc inc incorporated corp corporation company pty pte sl slu srl srls spa sas sarl sa snc sc bv nv vof sp zoo oo as oy ab aps a/s lda ltda me eireli tic san sti pvt gag kft ou e v k g m b h r l s a u")

// alsoWords are legal forms that are words as well: "Gimnasio Atlas me avisa".
var alsoWords = wordSet("me se as sa san co ou tic spa inc")

// joiners are written in many ways or left out.
var joiners = wordSet("und and et y e en i ve o plus n")

// descriptors say what kind of business it is; without them the rest may still be the well-known name.
var descriptors = wordSet("hotel restaurant gasthaus gasthof backerei konditorei metzgerei fleischerei cafe bar bistro pizzeria praxis zahnarztpraxis kanzlei apotheke friseur salon studio fitnessstudio yogastudio verlag buchhandlung autohaus mobelhaus modehaus blumenhaus firma fa verein sportverein stiftung weingut brauerei schreinerei tischlerei malerbetrieb werkstatt reiseburo hausarztpraxis the die der das la le les el los il lo l librairie libreria boulangerie garage panaderia padaria livraria bakkerij winkel kwiaciarnia dr prof med shop store onlineshop")

// smallWords tell no name from another.
var smallWords = wordSet("the die der das den dem am im an in zum zur zu bei beim vom von auf unter of at on by for la le les de du des del della di da do dos van het")

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// naming is a business's name made ready for the search in texts.
type naming struct {
	forms    [][]string      // ways to write it, longest first, each as folded words
	short    []string        // its one telling word without the trade, taken only where the name itself does not stand
	dotted   map[string]bool // words of it with a full stop behind them: Co. KG, e. V.
	capitals bool            // it is written in capitals
	first    string          // its first word, taken likewise where a capital tells that it is a name; empty when too plain
}

// newNaming prepares a name: as given, without its legal form, an alias in brackets, and a short form of long names.
func newNaming(business string) naming {
	n := naming{dotted: dottedWords(business), capitals: slices.ContainsFunc(split(business), func(t token) bool { return t.caps && !legalForms[t.norm] })}
	for _, part := range aliases(business) {
		words := nameWords(part)
		n.add(words)
		core := words
		for len(core) > 1 && (legalForms[core[len(core)-1]] || joiners[core[len(core)-1]]) {
			core = core[:len(core)-1]
		}
		n.add(core)
		n.untitled(core)
		n.person(core)
		n.tradeless(core)
		for cut := core; len(cut) > 2 && (trailing[cut[len(cut)-1]] || isTrade(cut[len(cut)-1])); {
			cut = cut[:len(cut)-1]
			n.add(cut) // Fern & Co Garden Centre
		}
		if weight(core) > 2 && weight(core[:len(core)-1]) > 1 {
			n.add(core[:len(core)-1]) // the town or trade at the end of a long name
		}
		for len(core) > 2 && isTrade(core[0]) {
			core = core[1:]
			n.add(core)
		}
		n.shorten(core)
	}
	if words := nameWords(business); len(n.forms) == 0 && len(words) > 0 {
		n.forms = append(n.forms, words)
	}
	slices.SortStableFunc(n.forms, func(a, b []string) int { return len(b) - len(a) })
	return n
}

// shorten keeps the brand of a name of two words, one of which is a trade: Leihladen Kiezkasten, Bluebird Cabs.
func (n *naming) shorten(core []string) {
	if len(core) > 1 && len(core[0]) >= 5 && !isTrade(core[0]) && !trailing[core[0]] && !smallWords[core[0]] {
		n.first = core[0]
	}
	if len(core) != 2 {
		return
	}
	brand := ""
	switch {
	case isTrade(core[0]) && !isTrade(core[1]):
		brand = core[1]
	case (trailing[core[1]] || isTrade(core[1])) && !isTrade(core[0]) && !trailing[core[0]]:
		brand = core[0]
	}
	if len(brand) >= 5 {
		n.short = append(n.short, brand)
	}
}

// person keeps who stands at the end of a name that begins with a trade: Praxis für Physiotherapie Lena Ott.
func (n *naming) person(core []string) {
	if k := len(core) - 2; k >= 2 && isTrade(core[0]) && !isTrade(core[k]) && !isTrade(core[k+1]) && !smallWords[core[k]] && !inName[core[k-1]] && weight(core[k:]) == 2 {
		n.add(core[k:])
	}
}

// tradeless leaves out a trade in the middle of a name: Kfz-Meisterbetrieb Öztürk is Kfz Öztürk.
func (n *naming) tradeless(core []string) {
	if len(core) < 3 || smallWords[core[1]] {
		return
	}
	var rest []string
	for i, w := range core {
		if i == 0 || i == len(core)-1 || !isTrade(w) || joiners[core[i-1]] || smallWords[core[i-1]] {
			rest = append(rest, w)
		}
	}
	if len(rest) < len(core) && weight(rest) >= 2 {
		n.add(rest)
	}
}

// inName are words after which a name goes on: Zum Goldenen Hirschen.
var inName = wordSet("zum zur am im vom von bei")

// untitled writes a doctor's name as people do: Dr. Sabine Krüger, Dr. Krüger.
func (n *naming) untitled(core []string) {
	var plain []string
	for _, w := range core {
		if !titles[w] && !isTrade(w) {
			plain = append(plain, w)
		}
	}
	if len(plain) == 0 || !slices.Contains(core, "dr") && !slices.Contains(core, "prof") {
		return
	}
	for i, w := range core {
		if w == "dr" || w == "prof" {
			n.add(core[i:]) // Notar a. D. Dr. Felix Braun
			break
		}
	}
	n.add(plain)
	n.add([]string{"dr", plain[len(plain)-1]})
}

var titles = wordSet("dr prof med dent vet rer nat jur phil ing dipl mag habil univ drs pd")

// trailing are trades that English names end with.
var trailing = wordSet("bakery cabs taxis motors gym centre center cafe coffee hotel inn bank school nursery salon barbers dental dentistry clinic surgery pharmacy cinema theatre florist garage travel outfitters repairs opticians library club energy dairy farm kitchen studio studios fitness furniture interiors garden gardens insurance tailors hostel swim school hvac plumbing boilers tyres tires property properties lettings estates")

// trades are endings of German words for a business: Leihladen, Gärtnerei, Augenklinik.
var trades = []string{"laden", "haus", "hof", "praxis", "studio", "betrieb", "werkstatt", "markt", "shop", "center", "zentrum", "klinik", "verein", "schule", "club", "cafe", "hotel", "restaurant", "erei", "arzt", "apotheke", "handlung", "atelier", "salon", "kanzlei", "verlag", "bank", "werke", "rosterei", "drogerie", "optik", "service", "kontor", "halle", "stube", "keller", "kiosk", "kino", "theater", "garten", "hutte", "park", "kosmetik", "kosmetikstudio", "nails", "reisen", "moden", "schuhe", "technik", "bau", "logistik", "immobilien", "versicherung", "versand", "welt", "treff", "manufaktur", "akademie", "gesundheit", "therapie", "physio", "tours", "catering", "getranke", "feinkost", "mobel", "bikes", "fahrrader", "spielwaren", "textil", "elektro", "blumen", "floristik", "reiten", "tanz", "sport"}

func isTrade(w string) bool {
	return descriptors[w] || slices.ContainsFunc(trades, func(end string) bool { return strings.HasSuffix(w, end) })
}

func (n *naming) add(words []string) {
	if weight(words) == 0 || slices.ContainsFunc(n.forms, func(f []string) bool { return slices.Equal(f, words) }) {
		return
	}
	if len(words) > 0 && joiners[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	n.forms = append(n.forms, slices.Clone(words))
}

// weight counts the words of a name that tell it from others.
func weight(words []string) int {
	w, initials := 0, true
	for i, s := range words {
		initials = initials && len(s) == 1
		if initials && (i > 0 || len(words) > 1) || !joiners[s] && !legalForms[s] && !smallWords[s] {
			w++
		}
	}
	return w
}

// aliases splits "Allgemeine Kasse (AK)" and "Acme GmbH – Blumenladen" into names that each stand alone.
func aliases(business string) []string {
	out := []string{business}
	before, rest, ok := strings.Cut(business, "(")
	if !ok {
		return out
	}
	inner, after, _ := strings.Cut(rest, ")")
	out = append(out, before+" "+after)
	if len(strings.TrimSpace(inner)) > 1 {
		out = append(out, inner)
	}
	return out
}

// nameWords folds a name into words the way split does with a text.
func nameWords(name string) []string {
	var words []string
	s := splitter{text: name}
	for i := 0; i < len(name); {
		if end := wordEnd(name, i); end > i {
			i = s.word(i)
			continue
		}
		i++
	}
	for _, t := range s.toks {
		words = append(words, canonical(t.norm))
	}
	return words
}

// dottedWords are the words of a name that a full stop is written behind; it ends no sentence there.
func dottedWords(name string) map[string]bool {
	dotted := map[string]bool{}
	for _, w := range strings.Fields(name) {
		if short, ok := strings.CutSuffix(strings.TrimRight(w, ",;"), "."); ok {
			if parts := nameWords(short); len(parts) > 0 {
				dotted[parts[len(parts)-1]] = true
			}
		}
	}
	return dotted
}

// canonical makes the spellings of a name equal: 's away, ae like ä.
func canonical(w string) string {
	w = strings.TrimSuffix(w, "'s")
	if !strings.ContainsRune(w, 'e') {
		return w
	}
	return umlauts.Replace(w)
}

// brand reports whether the name is only its address: shop.example.
func brand(business string) bool { return isLink(strings.TrimSpace(business)) }
