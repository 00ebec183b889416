package keyword

// byThreat: "if you write again I'll report you", "nog één bericht en ik dien een klacht in": who threatens with what follows the next
// message wants none.
func (c *clause) byThreat(Input) (act, bool) {
	if !c.has.has(msg|writes|send|dontwrite) && !c.holds(oneMessage) || c.has.has(order|how|startv|wait) || !c.holds(threats) {
		return act{}, false
	}
	if !c.has.has(ifs|more|again|quiet) && !c.holds(oneMore) {
		return act{}, false
	}
	if c.has.has(they) && !c.has.has(ifs|more|again) {
		return act{}, false
	}
	return act{intent: StopAll, confidence: 0.7, matched: c.s.words(c.items[0], c.items[len(c.items)-1])}, true
}

var (
	oneMore    = words("noch nachste next prochain prochaine proximo proxima prossimo volgende nastepna sonraki agla अगला another once next nog ancora encore jeszcze kolejna daha otra otro outra outro altro altra autre andere weitere einzige اخري أخرى mais mas aur ek phir fir तो और फिर एक تاني ثاني تانيه")
	oneMessage = words("ding dings those these eentje estos estas questi queste desses dessas takie taka هذي هذه وحده nachricht bericht mensagem mensaje message messaggio wiadomosc mesaj رساله بعتوا بعتولي ارسلتوا arsal rasalto msg مسج मैसेज")
)

// threats are who is called and what is filed; the words are as clean leaves them.
var threats = words(`anwalt anwaltin rechtsanwalt anzeige anzeigen polizei verbraucherzentrale bundesnetzagentur abmahnung abmahnen verklage verklagen klage
	datenschutzbehorde datenschutzbeauftragten datenschutzbeauftragte aufsichtsbehorde beschwerde beschweren rtr edob
	lawyer attorney solicitor sue suing police ofcom ftc fcc ico tcpa court swear legal report reporting complaint complaining bbb
	denuncio denuncia denunciar denunciare denunciarlos denunciaros denunciarte abogado abogada demanda demandar aepd profeco policia queja condusef
	plainte avocat cnil police signaler signalerai dgccrf poursuites
	denuncero denunciarvi avvocato garante querela querelo polizia carabinieri segnalo segnalero reclamo
	procon denunciar anatel processo processar advogado advogada queixa cnpd reclamacao
	klacht aangifte advocaat politie acm consumentenbond
	uodo skarge skarga skargi prawnik prawnika prawnikowi policje policja policji uokik zglaszam zglosze zgloszenie adwokat adwokata sad sadu
	sikayet sikayetci avukat avukatim avukatima savcilik savciliga polis polise dava btk kvkk mahkeme
	شكوي شكوى محامي المحامي الشرطه بلاغ اشتكي هشتكي هشتكيكم سابلغ ابلغ ببلغ حماية حمايه القانونيه قانونيه
	regulator regulators ombudsman watchdog verbraucherschutz behorde agencia consumidor oficina consommateurs autorita autorite urzad autoriteit tuketici geblockt geblockte bloqueados bloqueado bloccati bloquees blokuje وبحظركم وحظر kvkk هييه الهييه وسابلغ وساشتكي وسأشتكي complaint police shikayat vakil trai cyber fir consumer शिकायत पुलिस वकील कंप्लेंट
	blockiere blockier blockieren blockiert gesperrt block blocking blocked bloqueo bloqueare bloquear bloqueio bloquearei bloquer bloque bloquerai blocco blocchero bloccare
	blokuje zablokuje blokkeer blokkeren geblokkeerd engelliyorum engellerim engelleyecegim engellerim engelliycem سأحظركم ساحظركم سأحظر ساحظر احظركم بحظركم هعملكم بلوك بلوك ब्लॉक`)
