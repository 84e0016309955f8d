<?php
/**
 * Plugin Name:       Istami · استمع
 * Description:       The listen button of your Istami service on your articles. زر «استمع للمقال» في مقالاتك.
 * Version:           0.1.0
 * Requires at least: 5.7
 * Requires PHP:      7.4
 * License:           MIT
 * License URI:       https://opensource.org/license/mit
 * Text Domain:       istami
 * Update URI:        false
 *
 * Settings → Istami, or define( 'ISTAMI_URL', 'https://listen.example.ma' ) in wp-config.php; the constant wins.
 * With define( 'ISTAMI_HOOK_SECRET', '…' ) there, as the service has it, the service is told of each article that is
 * published, changed or taken back. A secret has no place in the database, which plugins read and backups hold.
 * Shortcode: [istami], with article, voice, highlight, lang, digits, theme, eager, sticky, playlist where wanted.
 */

defined( 'ABSPATH' ) || exit;

add_shortcode( 'istami', 'istami_shortcode' );
// After WordPress's own filters: wptexturize and wpautop (both 10) would put the element into the first paragraph and
// break its lines, and only after do_shortcode (11) does the text show whether it has a button already. Not later, so
// that what other plugins add to the text's end (sharing, related posts) stays below the button.
add_filter( 'the_content', 'istami_content', 20 );
add_action( 'admin_init', 'istami_register_setting' );
add_action( 'admin_menu', 'istami_add_page' );
add_action( 'wp_after_insert_post', 'istami_saved', 10, 4 ); // Not save_post: by now terms and meta are saved, too.
add_action( 'deleted_post', 'istami_deleted', 10, 2 );
add_action( 'post_submitbox_misc_actions', 'istami_print_correction' );
add_action( 'shutdown', 'istami_tell' );

/** The settings as kept: url, placement (before, after or shortcode), types (post types of automatic placement). */
function istami_settings() {
	$defaults = array( 'url' => '', 'placement' => 'before', 'types' => array( 'post' ) );
	return wp_parse_args( get_option( 'istami', array() ), $defaults );
}

/** The service's address without a slash at its end; '' when none is set. */
function istami_url() {
	// Plain http by the constant only: for trying the service out on one's own machine.
	return defined( 'ISTAMI_URL' ) ? istami_address( ISTAMI_URL, array( 'https', 'http' ) )
		: istami_address( istami_settings()['url'], array( 'https' ) );
}

/** `$url` without a slash at its end; '' unless it is an absolute URL of one of `$schemes`, without a query. */
function istami_address( $url, $schemes ) {
	$url = is_string( $url ) ? untrailingslashit( esc_url_raw( trim( $url ), $schemes ) ) : '';
	return preg_match( '|^https?://[^/?#]+[^?#]*$|i', $url ) ? $url : '';
}

/** The button of `$article`, an id at the service; '' where there is nothing to hear or nobody to press it. */
function istami_player( $article, $attributes ) {
	$url     = istami_url();
	$is_rest = defined( 'REST_REQUEST' ) && REST_REQUEST;
	if ( '' === $url || '' === $article || $is_rest || is_feed() || is_embed() || doing_filter( 'get_the_excerpt' ) ) {
		return '';
	}
	if ( ctype_digit( $article ) ) { // Otherwise it is not a post of this site.
		// Not before its time, and a shortcode must not tell the title of a post that its reader may not see.
		if ( ! is_post_publicly_viewable( (int) $article ) || post_password_required( (int) $article ) ) {
			return '';
		}
		$attributes['headline'] = wp_strip_all_tags( get_the_title( (int) $article ) );
	}
	istami_enqueue();
	$html = '<istami-player article="' . esc_attr( $article ) . '"';
	foreach ( $attributes as $name => $value ) {
		if ( '' !== $value ) {
			$html .= ' ' . $name . '="' . esc_attr( $value ) . '"';
		}
	}
	// The service must not read its own button aloud, and no crawler should have sound made.
	$sound = esc_url( $url . '/articles/' . rawurlencode( $article ) . '/audio.mp3' );
	$label = esc_html__( 'استمع للمقال', 'istami' );
	return "$html data-listen=\"skip\"><a href=\"$sound\" rel=\"nofollow\">$label</a></istami-player>";
}

/** [istami] in a text, a widget or a template. */
function istami_shortcode( $given ) {
	$given   = (array) $given;
	$article = empty( $given['article'] ) ? (string) get_the_ID() : $given['article'];
	// Themes by convention mark the article's text so. Another article's text is not on this page.
	$is_shown   = is_singular() && (string) get_queried_object_id() === $article;
	$defaults   = array( 'highlight' => $is_shown ? '.entry-content' : '' );
	$defaults  += array_fill_keys( array( 'voice', 'lang', 'digits', 'theme', 'playlist' ), '' );
	$attributes = shortcode_atts( $defaults, $given, 'istami' );
	foreach ( array( 'eager', 'sticky' ) as $flag ) {
		// Both [istami sticky] and [istami sticky="true"]; in HTML even sticky="false" would mean yes.
		$is_bare             = in_array( $flag, array_filter( $given, 'is_int', ARRAY_FILTER_USE_KEY ), true );
		$value               = $is_bare ? $flag : ( $given[ $flag ] ?? '' );
		$attributes[ $flag ] = in_array( strtolower( $value ), array( 'false', 'no', 'off', '0' ), true ) ? '' : $value;
	}
	return istami_player( $article, $attributes );
}

/** The text of the article a page is about, with its button: once, unless its author has put one into it. */
function istami_content( $content ) {
	static $has_button = array();
	list( 'placement' => $placement, 'types' => $types ) = istami_settings();
	$id = get_the_ID();
	// An empty list would mean any type to is_singular(). Posts of an inner loop are not what the page is about.
	$is_wanted = 'shortcode' !== $placement && $types && is_singular( $types ) && is_main_query() && in_the_loop()
		&& get_queried_object_id() === $id && ! isset( $has_button[ $id ] );
	if ( ! $is_wanted || false !== strpos( $content, '<istami-player' ) ) {
		return $content;
	}
	// Where to highlight: in the button's parent, that is whatever the theme has put around the text. A box of our own
	// would come between the text and the layout of block themes, which sets widths and gaps on direct children.
	$player = istami_player( (string) $id, array( 'highlight' => ":has(> istami-player[article='$id'])" ) );
	if ( '' !== $player ) {
		$has_button[ $id ] = true;
	}
	return 'after' === $placement ? $content . $player : $player . $content;
}

/** Has the page load the button's script, once. */
function istami_enqueue() {
	if ( function_exists( 'wp_enqueue_script_module' ) ) { // WordPress 6.5 and later.
		wp_enqueue_script_module( 'istami-player', istami_url() . '/player.js', array(), null );
	} else {
		add_action( 'wp_footer', 'istami_print_script' );
	}
}

/** The script's tag, for WordPress before 6.5. */
function istami_print_script() {
	wp_print_script_tag( array( 'type' => 'module', 'src' => istami_url() . '/player.js' ) );
}

function istami_register_setting() {
	register_setting( 'istami', 'istami', array( 'type' => 'array', 'sanitize_callback' => 'istami_sanitize' ) );
}

function istami_add_page() {
	add_options_page( 'Istami', 'Istami · استمع', 'manage_options', 'istami', 'istami_print_page' );
}

/** What the form sent, as it may be kept. An address that cannot be used leaves the one before. */
function istami_sanitize( $sent ) {
	$given     = $sent['url'] ?? istami_settings()['url']; // Not sent while the constant rules.
	$url       = istami_address( $given, array( 'https' ) );
	$placement = $sent['placement'] ?? '';
	$types     = array_intersect( get_post_types( array( 'public' => true ) ), (array) ( $sent['types'] ?? array() ) );
	if ( '' === $url && '' !== $given ) {
		$message = __( 'The address must begin with https:// · يجب أن يبدأ العنوان بـ https://', 'istami' );
		add_settings_error( 'istami', 'istami_url', $message );
		$url = istami_settings()['url'];
	}
	$placement = in_array( $placement, array( 'before', 'after', 'shortcode' ), true ) ? $placement : 'before';
	return array( 'url' => $url, 'placement' => $placement, 'types' => array_values( $types ) );
}

/** Settings → Istami. */
function istami_print_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	list( 'url' => $url, 'placement' => $placement, 'types' => $types ) = istami_settings();
	echo '<div class="wrap"><h1>Istami · استمع</h1><form action="options.php" method="post">';
	settings_fields( 'istami' );
	$value = esc_attr( defined( 'ISTAMI_URL' ) ? ISTAMI_URL : $url );
	$fixed = disabled( defined( 'ISTAMI_URL' ), true, false );
	echo '<h2><label for="istami-url">', esc_html__( 'Service address · عنوان الخدمة', 'istami' ), '</label></h2>';
	echo "<input type='url' id='istami-url' name='istami[url]' value='$value' class='regular-text' dir='ltr'$fixed>";
	echo '<h2>', esc_html__( 'Placement · موضع الزر', 'istami' ), '</h2>';
	$choices = array(
		'before'    => __( 'Before the text · قبل النص', 'istami' ),
		'after'     => __( 'After the text · بعد النص', 'istami' ),
		'shortcode' => __( 'Only where [istami] stands · حيث يوجد [istami] فقط', 'istami' ),
	);
	foreach ( $choices as $choice => $label ) {
		$checked = checked( $placement, $choice, false );
		$label   = esc_html( $label );
		echo "<p><label><input type='radio' name='istami[placement]' value='$choice'$checked> $label</label></p>";
	}
	echo '<h2>', esc_html__( 'Post types · أنواع المقالات', 'istami' ), '</h2>';
	foreach ( get_post_types( array( 'public' => true ), 'objects' ) as $type ) {
		$choice  = esc_attr( $type->name );
		$label   = esc_html( $type->label );
		$checked = checked( in_array( $type->name, $types, true ), true, false );
		echo "<p><label><input type='checkbox' name='istami[types][]' value='$choice'$checked> $label</label></p>";
	}
	submit_button();
	echo '</form></div>';
}

/** A post was saved: whoever could read it, or can now, hears of it from the service. */
function istami_saved( $id, $post, $is_update, $before ) {
	$is_public  = istami_is_public( $post );
	$was_public = $before && istami_is_public( $before );
	if ( ! $is_public && ! $was_public ) {
		return; // A draft, on its way.
	}
	// Of the box in the classic editor, whose form WordPress has checked by now; other editors have the filter.
	$is_sent = isset( $_POST['istami_correction'], $_POST['post_ID'] ) && (int) $_POST['post_ID'] === $id;
	istami_note(
		$post,
		array(
			'event'      => ! $is_public ? 'deleted' : ( $was_public ? 'updated' : 'published' ),
			'status'     => $post->post_status,
			'correction' => (bool) apply_filters( 'istami_is_correction', $is_sent, $post, $before ),
		)
	);
}

/** Whether everybody may read `$post`. */
function istami_is_public( $post ) {
	return 'publish' === $post->post_status && '' === (string) $post->post_password;
}

/** A post was deleted without having been in the trash. */
function istami_deleted( $id, $post ) {
	if ( istami_is_public( $post ) ) {
		istami_note( $post, array( 'event' => 'deleted', 'status' => 'trash', 'correction' => false ) );
	}
}

/** What is to be told of `$post` at the request's end: plugins save a post several times, and the last time counts. */
function istami_note( $post, $told ) {
	global $istami_noted;
	if ( ! in_array( $post->post_type, istami_settings()['types'], true ) ) {
		return; // Revisions are of a type of their own.
	}
	$earlier            = $istami_noted[ $post->ID ] ?? array( 'event' => '', 'correction' => false );
	$told['correction'] = $told['correction'] || $earlier['correction'];
	if ( 'published' === $earlier['event'] && 'updated' === $told['event'] ) {
		$told['event'] = 'published';
	}
	$istami_noted[ $post->ID ] = array( 'id' => $post->ID ) + $told; // The service asks for the text itself.
}

/**
 * Tell the service, signed. Under PHP-FPM the editor has the page before; elsewhere a save waits up to 2 s for each post.
 * The answer is not looked at: what is lost the service finds out by itself some minutes later.
 */
function istami_tell() {
	global $istami_noted;
	$url = istami_url();
	if ( '' === $url || ! defined( 'ISTAMI_HOOK_SECRET' ) || ! $istami_noted ) {
		return;
	}
	if ( function_exists( 'fastcgi_finish_request' ) ) {
		fastcgi_finish_request(); // For WordPress's transports do wait, whatever "blocking" says.
	}
	foreach ( $istami_noted as $told ) {
		$body = wp_json_encode( $told + array( 'nonce' => wp_generate_uuid4() ) ); // Two saves in a second are no replay.
		$time = (string) time();
		wp_remote_post(
			$url . '/hooks/publish',
			array(
				'blocking'    => false,
				'timeout'     => 2,
				'redirection' => 0,
				'body'        => $body,
				'headers'     => array(
					'Content-Type'       => 'application/json',
					'X-Istami-Timestamp' => $time,
					'X-Istami-Signature' => 'sha256=' . hash_hmac( 'sha256', "$time.$body", ISTAMI_HOOK_SECRET ),
				),
			)
		);
	}
}

/** In the classic editor's publish box: the recording of the words before must not be heard any more. */
function istami_print_correction( $post ) {
	$is_told = istami_is_public( $post ) && in_array( $post->post_type, istami_settings()['types'], true );
	if ( $is_told && '' !== istami_url() && defined( 'ISTAMI_HOOK_SECRET' ) ) {
		$label = esc_html__( 'تصحيح: اسحب التسجيل القديم فورا', 'istami' );
		echo "<div class='misc-pub-section'><label><input type='checkbox' name='istami_correction' value='1'> ",
			"$label</label></div>";
	}
}
