package keyword

import (
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed keywords.json
var keywordsJSON []byte

// keywords are whole messages of all 49 languages of the facts file with what they ask for. Words that mean something
// only as an answer ("ja", "no", "0") are not among them.
var keywords = loadKeywords(lexicons)

type keywordEntry struct {
	Stop             []string `json:"stop"`
	Start            []string `json:"start"`
	Help             []string `json:"help"`
	PartialMarketing []string `json:"partial_marketing"`
}

// loadKeywords comes after the lexicons, whose words it adds to.
func loadKeywords([]*lexicon) map[string]Intent {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(keywordsJSON, &raw); err != nil {
		panic(err) // embedded: a test reads it first
	}
	out := map[string]Intent{}
	for lang, b := range raw {
		var e keywordEntry
		if lang == "_meta" || json.Unmarshal(b, &e) != nil {
			continue
		}
		put(out, Help, e.Help)
		put(out, Start, e.Start)
		put(out, StopMarketing, e.PartialMarketing)
		put(out, StopAll, e.Stop)
	}
	for in, words := range ours {
		put(out, in, strings.Split(words, ","))
	}
	return out
}

func put(out map[string]Intent, in Intent, phrases []string) {
	for _, p := range phrases {
		for _, ws := range spellings(p) {
			key := strings.Join(ws, " ")
			if key == "" {
				continue
			}
			out[key] = in
			for _, w := range ws {
				known[w] |= 1 << 31 // a word of some language: nothing to mend
			}
		}
	}
}

// ours adds to the facts file: words that are ambiguous in a sentence but plain alone, in reply to our messages.
var ours = map[Intent]string{
	StopAll: "blocked,blockiert,geblockt,bloqueado,bloqueados,bloqueada,bloqueadas,bloqué,bloccato,bloccati,geblokkeerd,zablokowane,zablokowani,engellendi,engellendiniz,block kar diya,محظورين,محظور,artık istemiyorum,istemiyorum artık,para tudo,pare tudo,parem tudo,parar tudo,parar todo,paren todo,stop a todo,stop a tutto,arrêtez tout,hepsini durdur,tümünü durdur,zatrzymaj wszystko,sab band karo,sab kuch band karo,cancel all,cancel everything,no more,i quit,ende,end,quit,cancel,exit,remove,revoke,abmelden,abmeldung,abbestellen,austragen,kündigen,beenden,widerruf,widerrufen,raus,schluss,aufhören," +
		"stoppen,stop alles,stopp alles,alles stoppen,alles abbestellen,alles stopp,stop all,stop everything,enough,stop it,stop this,löschen,daten löschen,delete me," +
		"fin,baja,alto,basta,parar,pare,parem,para,paren,sair,salir,cancelar,cancelar todo,detener,darse de baja,fine,disdetta,disdire,annulla,cancella,cancellami,smettila,smettetela,stop tutto," +
		"arret,arreter,stop tout,desinscription,desabonnement,resilier,resiliation,arretez,arrete,iptal,dur,durun,durdur,çık,çıkış,ret,red,istemiyorum,yeter,bitir," +
		"koniec,rezygnuję,rezygnacja,wypisz,anuluj,przestań,przestańcie,dość,zatrzymaj,einde,uit,opzeggen,afmelden,uitschrijven,stoppen,annuleren,hou op,stop alles," +
		"الغاء,إلغاء,إيقاف,أوقف,توقف,توقفوا,كفى,قف,وقف,خروج,बंद,बंद करो,बंद करें,बंद कीजिए,रोको,रोकें,रोकिए,रद्द करें,band karo,band kro,bandh karo,band kare,band karein,band kijiye,roko,ruko mat bhejo,bas karo,hatao," +
		"стоп,stopp mal alles,unsubscribe me,unsubscribe all,td,dnd,falsche nummer,wrong number,número equivocado,numero sbagliato,mauvais numéro,verkeerd nummer,zły numer,yanlış numara,número errado",
	Start:         "start,unstop,anmelden,subscribe,resume,weitermachen,alta,iniciar,reanudar,começar,inscrever,quero receber,inizia,iscrivimi,commencer,reprendre,démarrer,başla,başlat,abone ol,rozpocznij,wznów,zapisz mnie,aanmelden,inschrijven,ابدأ,اشترك,اشتراك,शुरू करो,शुरू करें,शुरू,shuru karo,chalu karo,चालू करो,bin dabei,ich bin dabei,restart",
	Help:          "help,hilfe,info,ayuda,ajuda,aiuto,aide,hulp,pomoc,yardım,bilgi,مساعدة,मदद,सहायता,madad,help me,support,informationen,información,sos,hjälp,hjælp,apua,помощь",
	StopMarketing: "no more catalogues,no more flyers,promotion band,promotion band karo,promotions band karo,offers band karo,offer band karo,ads band karo,ऑफर बंद,ऑफर बंद करो,विज्ञापन बंद करो,baja de promociones,baja promociones,désabonnement promotions,disiscrizione promozioni,cancelar promoções,promosyon iptal,kampanya iptal,rezygnacja z promocji,afmelden acties,إلغاء العروض,werbung aus,newsletter aus,werbung raus,keine werbung,keine werbung mehr,keine angebote,keine angebote mehr,werbung abbestellen,werbung stoppen,stop werbung,stopp werbung,no ads,no offers,no more offers,no promos,stop promotions,stop ads,stop offers,stop marketing",
	None:          "weiter,onay,ok,menu",
}
