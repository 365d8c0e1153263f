/** What the names of an element (class, id, role, itemprop) say about it: bits. */
export const AROUND = 1;
/** Comments of readers. */
export const REMARKS = 2;
/** Lines about the text: author, date, tags. */
export const ABOUT = 4;
/** The text itself. */
export const BODY = 8;
/** One contribution to a thread. */
export const POST = 16;
/** No reader sees it. */
export const UNSEEN = 32;
/** The whole of the page's content, and perhaps what stands beside it. */
export const CONTENT = 64;
/** The head of a page. As a name says nothing of it, it shares a bit with {@linkcode CONTENT}. */
export const HEADER = 64;
/** What stands beside a text on any page. */
export const BESIDE = 128;
/** A thread of posts, by its kind. */
export const THREAD = 1 << 20;

// Words of content management systems and of sites in English, German, French, Spanish, Portuguese, Italian, Polish, Turkish,
// Indonesian and Chinese (pinyin). A word matches from a boundary of words, so that "share" is not in "shareholder".
const words = (list: string) => new RegExp(`(?:^|[\\s_-])(?:${list.trim().split(/\s+/).join("|")})`);

// A word that ends with $ is a whole one.
const whole = (list: string) => list.replaceAll("$", "(?:$|[\\s_-])");

const beside = words(whole(`
  nav$ navbar navigation menu$ breadcrumbs? crumbs? pagination pager$ footer$ masthead topbar site-?header
  sidebar side-?bar side-?(?:col|rail|panel|nav|content) rail$ right-?(?:col|side|rail|bar) left-?(?:col|side|rail|bar) widget$ widget-?(?:area|container|title|content)
  related$ related-?\\w+ recommend\\w* recirc\\w* more-?(?:stories|news|articles|from|on|posts|links) read-?(?:more|also|next) also-?read next-?(?:up|post|article) prev-?(?:post|article) you-?may
  similar$ similar-?\\w+ popular$ popular-?\\w+ trending most-?(?:read|popular|viewed|shared|active) top-?(?:stories|news|list) latest$ latest-?(?:news|posts|articles|stories) hot-?(?:news|list|topics?|posts?) ranking rank-?list
  share$ share-?(?:bar|box|tools?|buttons?|links?|icons?|this) sharedaddy sharing social$ social-?\\w+ follow-?(?:us|me|box|buttons?) addthis addtoany jp-relatedposts
  newsletter\\w* subscrib\\w+-?(?:box|form|widget|banner)? signup sign-?(?:up|in)$ login$ log-?in$ login-?(?:box|form|modal) paywall donat\\w*
  cookies? cookie-?\\w+ consent gdpr onetrust ot-sdk\\w* eu-cookie\\S* privacy-?(?:notice|banner|bar|policy) popup pop-?up modal$ modal-?\\w+ overlay$ tooltip lightbox toast
  ads?$ adv$ advert\\w* ad-?(?:box|slot|unit|zone|wrap\\w*|container|banner|label)$ sponsor\\w* outbrain taboola dfp google-?ads? adsbygoogle
  author-?(?:box|bio|card|profile|about) about-?(?:the-?)?author post-?author-?box
  tag-?(?:s|list|cloud|links)$ post-?tags entry-?tags article-?tags cat-?links
  playlist qr-?code qrcode erweima app-?(?:download|banner|promo)
  xiangguan tuijian fenxiang guanggao daohang paihang verwandt\\w* werbung mehr-?zum publicit\\w* reklam\\w* relacionad\\w* publicidad lihat-?juga baca-?juga terkait correlat\\w*
  post-?nav entry-?footer mw-editsection noprint navbox catlinks toc$ jump-?link skip-?\\w+ screen-?reader\\w* sr-only visually-?hidden
`));
const around = words(whole(`
  foot$ header-?\\w* top-?nav side$ widget-?\\w* relations?$ see-?also hot$ follow$ subscribe$ register membership dialog$ promo$ promo\\w+ commercial$ banner affiliate
  author-?(?:info|block|desc) bio$ post-?author writer tools?$ tool-?bar toolbar print$ search disclaimer copyright legal report$ feedback survey rating reactions?$ actions?$ buttons?$ btn\\w* controls?$
  topics-?list keywords teaser\\w* card-?(?:list|grid) carousel slider gallery-?(?:nav|thumb) thumb(?:nail)?s?$ video-?(?:list|player) audio-?player player$ player-?\\w+
  weixin$ wechat download$ teilen anzeige weiterlesen partager compartir compartilh\\w* baca condividi
  entry-?(?:meta|utility) post-?(?:footer|meta|share|info|tools?) article-?(?:footer|meta|share|tools) edit-?(?:link|section) reflist-toggle hide$ hidden$ notice$ alert$ attachments?$
`));
const remarks = words(`
  comments?(?:$|[\\s_-]|list|area|wrap|box|form|section|container) disqus respond(?:$|[\\s_-]) discussion replies pinglun pl-?(?:list|box) kommentar commentaire comentario komentar livefyre fb-?comment
`);
const about = words(`
  byline by-?line dateline author(?:$|[\\s_-]|name|s) timestamp time(?:$|[\\s_-]) date(?:$|[\\s_-]) pub-?(?:date|time|lished) post(?:ed)?-?(?:on|date|by) entry-?date source(?:$|[\\s_-]) meta(?:$|[\\s_-])
  caption wp-caption-text credit image-?credit photo-?credit figcaption copyright kicker eyebrow category reading-?time read-?time views? view-?count likes? vote user-?(?:name|info|title|avatar|card) avatar signature sig(?:$|[\\s_-])
`);
const body = words(whole(`
  article-?(?:body|content|text|detail|txt|copy)\\w* articlebody (?:entry|post|story|news|blog|single|topic|detail|body)-?(?:content|body|text|copy|detail)\\w* (?:page|main)-?(?:text|body) articlebody entry$ rich_media_content trs_editor
  art-?(?:content|body)\\w* content-?(?:body|article|text|detail) body-?(?:content|copy|text) story$ markdown$ markdown-?body rich-?text\\w* td-post-content mw-parser-output cooked caas-body read__content ltx_page_content prose wysiwyg artikel\\w* inhalt contenu texte nota$ cuerpo corpo testo zhengwen neirong text-?(?:content|body) article__body article__content
`));
const post = words(`
  post(?:$|[\\s_-]|[\\d]|body|_?message|_?content|row|bit|text) message(?:$|[\\s_-]|body|-?content|-?text|-?user) answer question reply replies(?:$) comment(?:$|[\\s_-]|\\d|-?body|-?content|-?text|-?item) topic(?:$|[\\s_-]) thread(?:$|[\\s_-]) t_f(?:$|\\s) postmessage bbp-(?:reply|topic) discussion-?item entry-?reply floor
`);
const content = words(
  `main content(?:$|[\\s_-]|s$|area|wrap\\w*|container) article primary page-?content wrapper container site-?main`,
);

// Names that say how a thing looks or works, not what it is: "has-sidebar", "enableAdSlots", "js-share-article".
const modifier =
  /^(?:has|with|without|no|not|is|enable|disable|show|hide|js|mod|qu|hover|sm|md|lg|xl|xs|print|l|u)[-_:]|^(?:enable|disable|has)[A-Z]|:/;

// Words that the programs of forums name their parts by; the comments of a blog are "thread-even" and "thread-odd".
const forumWords = [
  ...[
    /^forums?$/,
    /^threads?$/,
    /^answers?$/,
    /^questions?$/,
    /^repl(?:y|ies)$/,
    /^posts$/,
    /^postbit$/,
    /^signature$/,
  ],
  ...[/^reputation$/, /^topics?$/, /^poster$/],
];

/** Which of the words that forums name their parts by are in a name: a bit each. */
function forumBits(name: string): number {
  if (/thread-(?:even|odd|alt)|disqus/.test(name)) return 0;
  let bits = 0;
  for (const word of name.split(/[^a-z]+/)) {
    forumWords.forEach((pattern, k) => bits |= pattern.test(word) ? 1 << k : 0);
  }
  return bits;
}

/** The bits of one name: a word of `class`, or an `id`. */
export function bitsOfName(name: string): number {
  if (modifier.test(name)) return 0;
  // "articleBody" and "article_body" are read as "article-body".
  const plain = name.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
  const forum = forumBits(plain) << 8;
  if (beside.test(plain)) return BESIDE | (post.test(plain) ? POST : 0) | forum;
  return forum | (around.test(plain) ? AROUND : 0) | (remarks.test(plain) ? REMARKS : 0) |
    (about.test(plain) ? ABOUT : 0) |
    (body.test(plain) ? BODY : 0) | (post.test(plain) ? POST : 0) | (content.test(plain) ? CONTENT : 0);
}
