r"""What KaTeX 0.16.47 knows: Notion sets equations with KaTeX and shows in red what it doesn't know.

Made by tests/judges/katex_table.mjs from the katex package (MIT licence); not to be edited by hand.
"""

from typing import Final

VERSION: Final = "0.16.47"

FUNCTIONS: Final = r"""
\",1,0,tm,p \',1,0,tm,p \(,0,0,t,- \),0,0,t,- \.,1,0,tm,p \=,1,0,tm,p \Bbb,1,0,ma,- \Big,1,0,m,p \Bigg,1,0,m,p
\Biggl,1,0,m,p \Biggm,1,0,m,p \Biggr,1,0,m,p \Bigl,1,0,m,p \Bigm,1,0,m,p \Bigr,1,0,m,p \H,1,0,tm,p
\Huge,0,0,tm,- \LARGE,0,0,tm,- \Large,0,0,tm,- \Overrightarrow,1,0,m,- \Pr,0,0,ml,- \\,0,0,tm,- \],0,0,t,-
\^,1,0,tm,p \`,1,0,tm,p \above,1,0,mi,s \acute,1,0,m,- \angl,1,0,m,h \arccos,0,0,ml,- \arcctg,0,0,ml,-
\arcsin,0,0,ml,- \arctan,0,0,ml,- \arctg,0,0,ml,- \arg,0,0,ml,- \atop,0,0,mi,- \bar,1,0,m,- \bcancel,1,0,m,-
\begin,1,0,m,t \bf,0,0,tm,- \big,1,0,m,p \bigcap,0,0,ml,- \bigcup,0,0,ml,- \bigg,1,0,m,p \biggl,1,0,m,p
\biggm,1,0,m,p \biggr,1,0,m,p \bigl,1,0,m,p \bigm,1,0,m,p \bigodot,0,0,ml,- \bigoplus,0,0,ml,-
\bigotimes,0,0,ml,- \bigr,1,0,m,p \bigsqcup,0,0,ml,- \biguplus,0,0,ml,- \bigvee,0,0,ml,- \bigwedge,0,0,ml,-
\binom,2,0,ma,- \bm,1,0,m,- \bold,1,0,ma,- \boldsymbol,1,0,m,- \brace,0,0,mi,- \brack,0,0,mi,- \breve,1,0,m,-
\c,1,0,tm,p \cal,0,0,tm,- \cancel,1,0,m,- \cfrac,2,0,ma,- \ch,0,0,ml,- \check,1,0,m,- \choose,0,0,mi,-
\color,1,0,tm,c \colorbox,2,0,tm,ch \coprod,0,0,ml,- \cos,0,0,ml,- \cosec,0,0,ml,- \cosh,0,0,ml,- \cot,0,0,ml,-
\cotg,0,0,ml,- \coth,0,0,ml,- \csc,0,0,ml,- \ctg,0,0,ml,- \cth,0,0,ml,- \dbinom,2,0,ma,- \ddot,1,0,m,-
\def,0,0,tmp,- \deg,0,0,ml,- \det,0,0,ml,- \dfrac,2,0,ma,- \dim,0,0,ml,- \displaystyle,0,0,tmp,- \dot,1,0,m,-
\edef,0,0,tmp,- \emph,1,0,tma,t \end,1,0,m,t \exp,0,0,ml,- \fbox,1,0,tm,h \fcolorbox,3,0,tm,cch
\footnotesize,0,0,tm,- \frac,2,0,ma,- \frak,1,0,ma,- \futurelet,0,0,tmp,- \gcd,0,0,ml,- \gdef,0,0,tmp,-
\genfrac,6,0,ma,mmstmm \global,0,0,tm,- \grave,1,0,m,- \hat,1,0,m,- \hbox,1,0,tmp,t \hdashline,0,0,tm,-
\hline,0,0,tm,- \hom,0,0,ml,- \href,2,0,tm,uo \hskip,1,0,tmp,s \htmlClass,2,0,tm,ro \htmlData,2,0,tm,ro
\htmlId,2,0,tm,ro \htmlStyle,2,0,tm,ro \huge,0,0,tm,- \iiint,0,0,mal,- \iint,0,0,mal,-
\includegraphics,1,1,m,ru \inf,0,0,ml,- \int,0,0,mal,- \intop,0,0,ml,- \it,0,0,tm,- \ker,0,0,ml,-
\kern,1,0,tmp,s \large,0,0,tm,- \left,1,0,mp,- \let,0,0,tmp,- \lg,0,0,ml,- \lim,0,0,ml,- \ln,0,0,ml,-
\log,0,0,ml,- \long,0,0,tm,- \mathbb,1,0,ma,- \mathbf,1,0,ma,- \mathbin,1,0,mp,- \mathcal,1,0,ma,-
\mathchoice,4,0,mp,- \mathclap,1,0,tm,- \mathclose,1,0,mp,- \mathfrak,1,0,ma,- \mathinner,1,0,mp,-
\mathit,1,0,ma,- \mathllap,1,0,tm,- \mathnormal,1,0,ma,- \mathop,1,0,mpl,- \mathopen,1,0,mp,- \mathord,1,0,mp,-
\mathpunct,1,0,mp,- \mathrel,1,0,mp,- \mathring,1,0,m,- \mathrlap,1,0,tm,- \mathrm,1,0,ma,- \mathscr,1,0,ma,-
\mathsf,1,0,ma,- \mathsfit,1,0,ma,- \mathtt,1,0,ma,- \max,0,0,ml,- \middle,1,0,mp,- \min,0,0,ml,-
\mkern,1,0,tmp,s \mskip,1,0,tmp,s \normalsize,0,0,tm,- \oiiint,0,0,mal,- \oiint,0,0,mal,- \oint,0,0,mal,-
\operatornamewithlimits,1,0,ml,- \over,0,0,mi,- \overbrace,1,0,m,- \overbracket,1,0,m,- \overgroup,1,0,m,-
\overleftarrow,1,0,m,- \overleftharpoon,1,0,m,- \overleftrightarrow,1,0,m,- \overline,1,0,m,-
\overlinesegment,1,0,m,- \overrightarrow,1,0,m,- \overrightharpoon,1,0,m,- \overset,2,0,m,- \phantom,1,0,tm,-
\phase,1,0,m,- \pmb,1,0,tm,- \prod,0,0,ml,- \r,1,0,tm,p \raisebox,2,0,tm,sh \relax,0,0,tma,- \right,1,0,mp,-
\rm,0,0,tm,- \rule,2,1,tm,sss \scriptscriptstyle,0,0,tmp,- \scriptsize,0,0,tm,- \scriptstyle,0,0,tmp,-
\sec,0,0,ml,- \sf,0,0,tm,- \sh,0,0,ml,- \sin,0,0,ml,- \sinh,0,0,ml,- \sixptsize,0,0,tm,- \small,0,0,tm,-
\smallint,0,0,ml,- \smash,1,1,tm,- \sout,1,0,tm,- \sqrt,1,1,m,- \stackrel,2,0,m,- \sum,0,0,ml,- \sup,0,0,ml,-
\tan,0,0,ml,- \tanh,0,0,ml,- \tbinom,2,0,ma,- \text,1,0,tma,t \textbf,1,0,tma,t \textcircled,1,0,tm,p
\textcolor,2,0,tm,co \textit,1,0,tma,t \textmd,1,0,tma,t \textnormal,1,0,tma,t \textrm,1,0,tma,t
\textsf,1,0,tma,t \textstyle,0,0,tmp,- \texttt,1,0,tma,t \textup,1,0,tma,t \tfrac,2,0,ma,- \tg,0,0,ml,-
\th,0,0,ml,- \tilde,1,0,m,- \tiny,0,0,tm,- \tt,0,0,tm,- \u,1,0,tm,p \underbrace,1,0,m,- \underbracket,1,0,m,-
\undergroup,1,0,m,- \underleftarrow,1,0,m,- \underleftrightarrow,1,0,m,- \underline,1,0,tm,-
\underlinesegment,1,0,m,- \underrightarrow,1,0,m,- \underset,2,0,m,- \url,1,0,tm,u \utilde,1,0,m,- \v,1,0,tm,p
\vcenter,1,0,m,o \vec,1,0,m,- \verb,0,0,tm,- \vphantom,1,0,tm,- \widecheck,1,0,m,- \widehat,1,0,m,-
\widetilde,1,0,m,- \xLeftarrow,1,1,m,- \xLeftrightarrow,1,1,m,- \xRightarrow,1,1,m,- \xcancel,1,0,m,-
\xdef,0,0,tmp,- \xhookleftarrow,1,1,m,- \xhookrightarrow,1,1,m,- \xleftarrow,1,1,m,- \xleftequilibrium,1,1,m,-
\xleftharpoondown,1,1,m,- \xleftharpoonup,1,1,m,- \xleftrightarrow,1,1,m,- \xleftrightharpoons,1,1,m,-
\xlongequal,1,1,m,- \xmapsto,1,1,m,- \xrightarrow,1,1,m,- \xrightequilibrium,1,1,m,- \xrightharpoondown,1,1,m,-
\xrightharpoonup,1,1,m,- \xrightleftarrows,1,1,m,- \xrightleftharpoons,1,1,m,- \xtofrom,1,1,m,-
\xtwoheadleftarrow,1,1,m,- \xtwoheadrightarrow,1,1,m,- \~,1,0,tm,p
"""
"""Name, arguments, optional ones, flags (t text, m maths, a as an argument, i infix, p primitive, l takes limits), types."""

MACROS: Final = r"""
\!,0,tm \,,0,tm \:,0,tm \;,0,tm \>,0,tm \AA,0,tm \Alpha,0,ma \Bbbk,0,ma \Beta,0,ma \Bra,1,m \Braket,1,m
\Chi,0,ma \Colonapprox,0,ma \Coloneq,0,ma \Coloneqq,0,ma \Colonsim,0,ma \Complex,0,ma \DOTSB,0,tm \DOTSI,0,tm
\DOTSX,0,tm \Dagger,0,ma \Darr,0,ma \Epsilon,0,ma \Eqcolon,0,ma \Eqqcolon,0,ma \Eta,0,ma \Harr,0,ma \Iota,0,ma
\KaTeX,0,tma \Kappa,0,ma \Ket,1,m \LaTeX,0,tma \Larr,0,ma \Lrarr,0,ma \Mu,0,ma \N,0,ma \Nu,0,ma \Omicron,0,ma
\R,0,ma \Rarr,0,ma \Reals,0,ma \Rho,0,ma \Set,1,m \Tau,0,ma \TeX,0,tma \TextOrMath,2,tma \Uarr,0,ma \Z,0,ma
\Zeta,0,ma \aa,0,tm \alef,0,ma \alefsym,0,ma \angln,0,ma \approxcolon,0,m \approxcoloncolon,0,m \argmax,0,ml
\argmin,0,ml \blue,1,tm \blueA,1,tm \blueB,1,tm \blueC,1,tm \blueD,1,tm \blueE,1,tm \bmod,0,m \boxed,1,tm
\bra,1,m \braket,1,m \bull,0,ma \cdots,0,ma \clap,1,tm \clubs,0,ma \cnums,0,ma \colon,0,ma \colonapprox,0,ma
\coloncolon,0,ma \coloncolonapprox,0,ma \coloncolonequals,0,ma \coloncolonminus,0,ma \coloncolonsim,0,ma
\coloneq,0,ma \coloneqq,0,ma \colonequals,0,ma \colonminus,0,ma \colonsim,0,ma \copyright,0,tma \dArr,0,ma
\darr,0,ma \dblcolon,0,ma \ddddot,1,ma \dddot,1,ma \diamonds,0,ma \dots,0,tma \dotsb,0,ma \dotsc,0,tma
\dotsi,0,m \dotsm,0,ma \dotso,0,tma \dotsx,0,tma \empty,0,ma \enskip,0,tm \enspace,0,tm \eqcolon,0,ma
\eqqcolon,0,ma \equalscolon,0,ma \equalscoloncolon,0,ma \exist,0,ma \goldA,1,tm \goldB,1,tm \goldC,1,tm
\goldD,1,tm \goldE,1,tm \gray,1,tm \grayA,1,tm \grayB,1,tm \grayC,1,tm \grayD,1,tm \grayE,1,tm \grayF,1,tm
\grayG,1,tm \grayH,1,tm \grayI,1,tm \green,1,tm \greenA,1,tm \greenB,1,tm \greenC,1,tm \greenD,1,tm
\greenE,1,tm \gvertneqq,0,ma \hArr,0,ma \harr,0,ma \hearts,0,ma \hphantom,1,tm \hspace,1,tm \iff,0,m
\image,0,ma \imath,0,ma \impliedby,0,m \implies,0,m \infin,0,ma \injlim,0,ml \isin,0,ma \jmath,0,ma
\kaBlue,1,tm \kaGreen,1,tm \ket,1,m \lArr,0,ma \lBrace,0,ma \lang,0,ma \larr,0,ma \liminf,0,ml \limsup,0,ml
\llap,1,tm \llbracket,0,ma \llcorner,0,ma \lq,0,tma \lrArr,0,ma \lrarr,0,ma \lrcorner,0,ma \lvertneqq,0,ma
\maroonA,1,tm \maroonB,1,tm \maroonC,1,tm \maroonD,1,tm \maroonE,1,tm \mathstrut,0,tm \medspace,0,tm
\mintA,1,tm \mintB,1,tm \mintC,1,tm \minuscolon,0,ma \minuscoloncolon,0,ma \minuso,0,m \mod,1,ma \natnums,0,ma
\ne,0,ma \negmedspace,0,tm \negthickspace,0,tm \negthinspace,0,tm \neq,0,ma \newline,0,tm \ngeqq,0,ma
\ngeqslant,0,ma \nleqq,0,ma \nleqslant,0,ma \nonumber,0,tm \not,0,ma \notag,0,tm \notin,0,ma \notni,0,ma
\nshortmid,0,ma \nshortparallel,0,ma \nsubseteqq,0,ma \nsupseteqq,0,ma \operatorname,1,ml \orange,1,tm
\ordinarycolon,0,tma \pink,1,tm \plim,0,ml \plusmn,0,ma \pmod,1,ma \pod,1,ma \projlim,0,ml \providecommand,2,tm
\purple,1,tm \purpleA,1,tm \purpleB,1,tm \purpleC,1,tm \purpleD,1,tm \purpleE,1,tm \qquad,0,tm \quad,0,tm
\rArr,0,ma \rBrace,0,ma \rang,0,ma \rarr,0,ma \ratio,0,m \real,0,ma \reals,0,ma \red,1,tm \redA,1,tm \redB,1,tm
\redC,1,tm \redD,1,tm \redE,1,tm \renewcommand,2,tm \rlap,1,tm \rq,0,tm \rrbracket,0,ma \sdot,0,ma \sect,0,tma
\set,1,tma \simcolon,0,m \simcoloncolon,0,m \spades,0,ma \sub,0,ma \sube,0,ma \substack,1,m \supe,0,ma
\tag,1,tm \tealA,1,tm \tealB,1,tm \tealC,1,tm \tealD,1,tm \tealE,1,tm \textcopyright,0,tma
\textregistered,0,tma \thetasym,0,ma \thickspace,0,tm \thinspace,0,tm \tmspace,3,tm \uArr,0,ma \uarr,0,ma
\ulcorner,0,ma \underbar,1,tm \urcorner,0,ma \varDelta,0,ma \varGamma,0,ma \varLambda,0,ma \varOmega,0,ma
\varPhi,0,ma \varPi,0,ma \varPsi,0,ma \varSigma,0,ma \varTheta,0,ma \varUpsilon,0,ma \varXi,0,ma
\varinjlim,0,ml \varliminf,0,ml \varlimsup,0,ml \varprojlim,0,ml \varsubsetneq,0,ma \varsubsetneqq,0,ma
\varsupsetneq,0,ma \varsupsetneqq,0,ma \vcentcolon,0,m \vdots,0,tma \weierp,0,ma
"""
"""Name, arguments, flags as above; arguments as found by trying."""

MATH: Final = r"""
! " ( ) * + , - . / 0 1 2 3 4 5 6 7 8 9 : ; < = > ? @ A B C D E F G H I J K L M N O P Q R S T U V W X Y Z [ \#
\$ \% \& \And \Box \Bumpeq \Cap \Cup \Delta \Diamond \Doteq \Downarrow \Finv \Game \Gamma \Im \Join \Lambda
\Leftarrow \Leftrightarrow \Lleftarrow \Longleftarrow \Longleftrightarrow \Longrightarrow \Lsh \Omega \P \Phi
\Pi \Psi \Re \Rightarrow \Rrightarrow \Rsh \S \Sigma \Subset \Supset \Theta \Uparrow \Updownarrow \Upsilon
\Vdash \Vert \Vvdash \Xi \_ \acute \aleph \allowbreak \alpha \amalg \angle \approx \approxeq \ast \asymp
\backepsilon \backprime \backsim \backsimeq \backslash \bar \barwedge \because \beta \beth \between \bigcap
\bigcirc \bigcup \bigodot \bigoplus \bigotimes \bigsqcup \bigstar \bigtriangledown \bigtriangleup \biguplus
\bigvee \bigwedge \blacklozenge \blacksquare \blacktriangle \blacktriangledown \blacktriangleleft
\blacktriangleright \bot \bowtie \boxdot \boxminus \boxplus \boxtimes \breve \bullet \bumpeq \cap \cdot \cdotp
\centerdot \check \checkmark \chi \circ \circeq \circlearrowleft \circlearrowright \circledR \circledS
\circledast \circledcirc \circleddash \clubsuit \complement \cong \coprod \cup \curlyeqprec \curlyeqsucc
\curlyvee \curlywedge \curvearrowleft \curvearrowright \dag \dagger \daleth \dashleftarrow \dashrightarrow
\dashv \ddag \ddagger \ddot \ddots \degree \delta \diagdown \diagup \diamond \diamondsuit \digamma \div
\divideontimes \dot \doteq \doteqdot \dotplus \doublebarwedge \doublecap \doublecup \downarrow \downdownarrows
\downharpoonleft \downharpoonright \ell \emptyset \epsilon \eqcirc \eqsim \eqslantgtr \eqslantless \equiv \eta
\eth \exists \fallingdotseq \flat \forall \frown \gamma \ge \geq \geqq \geqslant \gets \gg \ggg \gggtr \gimel
\gnapprox \gneq \gneqq \gnsim \grave \gt \gtrapprox \gtrdot \gtreqless \gtreqqless \gtrless \gtrsim \hat \hbar
\heartsuit \hookleftarrow \hookrightarrow \hslash \iiint \iint \imageof \in \infty \int \intercal \intop \iota
\kappa \lVert \lambda \land \langle \lbrace \lbrack \lceil \ldotp \ldots \le \leadsto \leftarrow \leftarrowtail
\leftharpoondown \leftharpoonup \leftleftarrows \leftrightarrow \leftrightarrows \leftrightharpoons
\leftrightsquigarrow \leftthreetimes \leq \leqq \leqslant \lessapprox \lessdot \lesseqgtr \lesseqqgtr \lessgtr
\lesssim \lfloor \lgroup \lhd \ll \lll \llless \lmoustache \lnapprox \lneq \lneqq \lnot \lnsim \longleftarrow
\longleftrightarrow \longmapsto \longrightarrow \looparrowleft \looparrowright \lor \lozenge \lparen \lt
\ltimes \lvert \maltese \mapsto \mathellipsis \mathring \mathsterling \measuredangle \mho \mid \models \mp \mu
\multimap \nLeftarrow \nLeftrightarrow \nRightarrow \nVDash \nVdash \nabla \natural \ncong \nearrow \neg
\nexists \ngeq \ngtr \ni \nleftarrow \nleftrightarrow \nleq \nless \nmid \nobreak \nobreakspace \nparallel
\nprec \npreceq \nrightarrow \nsim \nsubseteq \nsucc \nsucceq \nsupseteq \ntriangleleft \ntrianglelefteq
\ntriangleright \ntrianglerighteq \nu \nvDash \nvdash \nwarrow \odot \oiiint \oiint \oint \omega \omicron
\ominus \oplus \origof \oslash \otimes \owns \parallel \partial \perp \phi \pi \pitchfork \pm \pounds \prec
\precapprox \preccurlyeq \preceq \precnapprox \precneqq \precnsim \precsim \prime \prod \propto \psi \rVert
\rangle \rbrace \rbrack \rceil \restriction \rfloor \rgroup \rhd \rho \rightarrow \rightarrowtail
\rightharpoondown \rightharpoonup \rightleftarrows \rightleftharpoons \rightrightarrows \rightsquigarrow
\rightthreetimes \risingdotseq \rmoustache \rparen \rtimes \rvert \searrow \setminus \sharp \shortmid
\shortparallel \sigma \sim \simeq \smallfrown \smallint \smallsetminus \smallsmile \smile \space \spadesuit
\sphericalangle \sqcap \sqcup \sqsubset \sqsubseteq \sqsupset \sqsupseteq \square \star \subset \subseteq
\subseteqq \subsetneq \subsetneqq \succ \succapprox \succcurlyeq \succeq \succnapprox \succneqq \succnsim
\succsim \sum \supset \supseteq \supseteqq \supsetneq \supsetneqq \surd \swarrow \tau \therefore \theta
\thickapprox \thicksim \tilde \times \to \top \triangle \triangledown \triangleleft \trianglelefteq \triangleq
\triangleright \trianglerighteq \twoheadleftarrow \twoheadrightarrow \unlhd \unrhd \uparrow \updownarrow
\upharpoonleft \upharpoonright \uplus \upsilon \upuparrows \vDash \varepsilon \varkappa \varnothing \varphi
\varpi \varpropto \varrho \varsigma \vartheta \vartriangle \vartriangleleft \vartriangleright \varvdots \vdash
\vec \vee \veebar \vert \wedge \wp \wr \xi \yen \zeta \{ \| \} ] ` a b c d e f g h i j k l m n o p q r s t u v
w x y z |
"""
"""Signs in maths."""

TEXT: Final = r"""
! " ' ( ) * + , - . / 0 1 2 3 4 5 6 7 8 9 : ; < = > ? @ A B C D E F G H I J K L M N O P Q R S T U V W X Y Z [
\" \# \$ \% \& \' \. \= \AE \H \O \OE \P \S \^ \_ \` \ae \c \checkmark \circledR \dag \ddag \degree \i \j
\lbrack \ldots \maltese \nobreakspace \o \oe \pounds \r \rbrack \space \ss \textasciicircum \textasciitilde
\textbackslash \textbar \textbardbl \textbraceleft \textbraceright \textcircled \textdagger \textdaggerdbl
\textdegree \textdollar \textellipsis \textemdash \textendash \textgreater \textless \textquotedblleft
\textquotedblright \textquoteleft \textquoteright \textsterling \textunderscore \u \v \varvdots \yen \{ \} \~ ]
` a b c d e f g h i j k l m n o p q r s t u v w x y z |
"""
"""Signs in text."""

ENVIRONMENTS: Final = r"""
Bmatrix Bmatrix* CD Vmatrix Vmatrix* align align* alignat alignat* aligned alignedat array bmatrix bmatrix*
cases darray dcases drcases equation equation* gather gather* gathered matrix matrix* pmatrix pmatrix* rcases
smallmatrix split subarray vmatrix vmatrix*
"""
"""Environments."""

DELIMITERS: Final = r"""
( ) . / < > [ \Downarrow \Uparrow \Updownarrow \Vert \backslash \downarrow \gt \lVert \langle \lbrace \lbrack
\lceil \lfloor \lgroup \lmoustache \lparen \lt \lvert \rVert \rangle \rbrace \rbrack \rceil \rfloor \rgroup
\rmoustache \rparen \rvert \uparrow \updownarrow \vert \{ \| \} ] | ⌈ ⌉ ⌊ ⌋ ⎰ ⎱ ⟨ ⟩ ⟮ ⟯
"""
"""What may follow a growing bracket's command."""
