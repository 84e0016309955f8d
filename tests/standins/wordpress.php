<?php
/**
 * As much of WordPress as a plugin on the public side of a site meets, without a database: one page view, described
 * in JSON on standard input, answered in JSON on standard output. Its functions do what WordPress documents of them,
 * where a view can tell; the filters of the_content stand at their real priorities and mangle what comes too early.
 *
 * php wordpress.php PLUGIN.php < view.json
 *
 * In:  posts [{ID, post_type, post_status, post_title, post_content, post_password}], view (single, list, feed, rest,
 *      embed, excerpt), queried (the ID a view is of; a list may be of a category's), inner (IDs filtered by a second
 *      query inside the loop), replaced (query_posts() has taken the main query's place), head (the text is filtered
 *      before the loop too, as for a description), again (how often the loop filters it), template (a text outside
 *      the loop), option (the plugin's), address (a constant), old (before WordPress 6.5), may_manage,
 *      knows_password, form (what the settings page sends), secret (a constant), saves [[what the post is like now]]
 *      or [{deleted: ID}], one after the other in one request, whose form is sent.
 * Out: texts [[ID, HTML]], template, footer, settings (the page), option (after saving), errors, calls [[URL,
 *      options]], box (what is printed into the publish box of the first post).
 */

error_reporting( E_ALL );
set_error_handler(
	function ( $level, $message, $file, $line ) {
		throw new ErrorException( $message, 0, $level, $file, $line );
	}
);

define( 'ABSPATH', __DIR__ . '/' );
$asked = json_decode( stream_get_contents( STDIN ), true, 64, JSON_THROW_ON_ERROR );
$asked += array( 'view' => 'single', 'queried' => 0, 'inner' => array(), 'again' => 1, 'template' => '' );
$asked += array( 'old' => false, 'head' => false, 'replaced' => false );
$asked += array( 'may_manage' => true, 'knows_password' => false );
if ( isset( $asked['address'] ) ) {
	define( 'ISTAMI_URL', $asked['address'] );
}
if ( isset( $asked['secret'] ) ) {
	define( 'ISTAMI_HOOK_SECRET', $asked['secret'] );
}
if ( 'rest' === $asked['view'] ) {
	define( 'REST_REQUEST', true );
}

// Hooks.

$hooks   = array();
$running = array();

function add_filter( $hook, $callback, $priority = 10, $accepted = 1 ) {
	global $hooks;
	$name = is_string( $callback ) ? $callback : spl_object_hash( (object) $callback );
	$hooks[ $hook ][ $priority ][ $name ] = array( $callback, $accepted ); // The same one twice is one.
	return true;
}

function apply_filters( $hook, $value, ...$more ) {
	global $hooks, $running;
	$running[]   = $hook;
	$by_priority = $hooks[ $hook ] ?? array();
	ksort( $by_priority, SORT_NUMERIC );
	foreach ( $by_priority as $callbacks ) {
		foreach ( $callbacks as list( $callback, $accepted ) ) {
			$value = $callback( ...array_slice( array( $value, ...$more ), 0, $accepted ) );
		}
	}
	array_pop( $running );
	return $value;
}

function add_action( $hook, $callback, $priority = 10, $accepted = 1 ) {
	return add_filter( $hook, $callback, $priority, $accepted );
}

function do_action( $hook, ...$arguments ) {
	apply_filters( $hook, ...( $arguments ? $arguments : array( '' ) ) );
}

function doing_filter( $hook ) {
	global $running;
	return in_array( $hook, $running, true );
}

// Escaping.

function esc_attr( $text ) {
	return htmlspecialchars( (string) $text, ENT_QUOTES, 'UTF-8', false ); // What is an entity already stays one.
}

function esc_html( $text ) {
	return esc_attr( $text );
}

function __( $text, $domain = 'default' ) {
	return $text;
}

function esc_html__( $text, $domain = 'default' ) {
	return esc_html( __( $text, $domain ) );
}

function esc_url( $url, $protocols = null, $context = 'display' ) {
	$url = str_replace( ' ', '%20', ltrim( $url ) );
	$url = preg_replace( '/[^\w\-~+.?#=!&;,\/:%@$|*\'()\[\]\x80-\xff]/', '', $url );
	$url = str_replace( ';//', '://', preg_replace( '/(%0[ad])+/i', '', $url ) );
	if ( '' === $url ) {
		return '';
	}
	if ( false === strpos( $url, ':' ) && ! in_array( $url[0], array( '/', '#', '?' ), true ) ) {
		$url = "http://$url";
	}
	if ( '/' !== $url[0] && preg_match( '/^([^\/?#]*?):/', $url, $found ) ) {
		$allowed = $protocols ? $protocols : array( 'http', 'https', 'ftp', 'mailto' );
		if ( ! in_array( strtolower( $found[1] ), $allowed, true ) ) {
			return '';
		}
	}
	$shown = str_replace( array( '&amp;', "'" ), array( '&#038;', '&#039;' ), esc_amp( $url ) );
	return 'display' === $context ? $shown : $url;
}

function esc_amp( $text ) {
	return preg_replace( '/&(?!#?\w+;)/', '&amp;', $text );
}

function esc_url_raw( $url, $protocols = null ) {
	return esc_url( $url, $protocols, 'db' );
}

function untrailingslashit( $text ) {
	return rtrim( $text, '/\\' );
}

function wp_strip_all_tags( $text ) {
	return trim( strip_tags( preg_replace( '/<(script|style)\b.*?<\/\1>/si', '', $text ) ) );
}

// Shortcodes.

$shortcodes = array();

function add_shortcode( $tag, $callback ) {
	global $shortcodes;
	$shortcodes[ $tag ] = $callback;
}

function shortcode_pattern() {
	global $shortcodes;
	$tags = implode( '|', array_map( 'preg_quote', array_keys( $shortcodes ) ) );
	return "\\[(\\[?)($tags)(?![\\w-])([^\\]]*?)(\\/?)\\](\\]?)";
}

function do_shortcode( $text ) {
	global $shortcodes;
	return preg_replace_callback(
		'/' . shortcode_pattern() . '/',
		function ( $found ) use ( $shortcodes ) {
			list( $whole, $open, $tag, $attributes, , $close ) = $found;
			if ( '[' === $open && ']' === $close ) {
				return substr( $whole, 1, -1 ); // [[tag]] is a way to write of [tag].
			}
			return $open . $shortcodes[ $tag ]( shortcode_parse_atts( $attributes ), '', $tag ) . $close;
		},
		$text
	);
}

/** name="value", name='value', name=value, and values without a name under numbers; '' when there are none. */
function shortcode_parse_atts( $text ) {
	$text  = preg_replace( '/[\x{a0}\x{200b}]+/u', ' ', $text );
	$value = '(?:"([^"]*)"|\'([^\']*)\'|%s)(?=\s|$)';
	$named = '([\w-]+)\s*=\s*' . sprintf( $value, '([^\s\'"]+)' );
	$any   = "/$named|" . sprintf( $value, '(\S+)' ) . '/';
	$count = preg_match_all( $any, $text, $found, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL );
	$read  = array();
	foreach ( $found as $one ) {
		$kept = stripcslashes( $one[2] ?? $one[3] ?? $one[4] ?? $one[5] ?? $one[6] ?? $one[7] );
		if ( null === $one[1] ) {
			$read[] = $kept;
		} else {
			$read[ strtolower( $one[1] ) ] = $kept;
		}
	}
	return $count ? $read : '';
}

function shortcode_atts( $defaults, $given, $tag = '' ) {
	$known = array_intersect_key( (array) $given, $defaults ) + $defaults;
	return $tag ? apply_filters( "shortcode_atts_$tag", $known, $defaults, $given, $tag ) : $known;
}

function strip_shortcodes( $text ) {
	return preg_replace_callback(
		'/' . shortcode_pattern() . '/',
		function ( $found ) {
			return '[' === $found[1] && ']' === $found[5] ? substr( $found[0], 1, -1 ) : $found[1] . $found[5];
		},
		$text
	);
}

// What WordPress does to a text.

/** Curly quotes, dashes, ellipses: neither in tags nor in brackets, unless these hold a bare < or >. */
function wptexturize( $text ) {
	$parts = preg_split( '/(<[^>]*>|\[[^\[\]<>]*(?:<[^>]*>[^\[\]<>]*)*\])/', $text, -1, PREG_SPLIT_DELIM_CAPTURE );
	foreach ( $parts as $place => &$part ) {
		if ( 0 === $place % 2 ) { // The others are what it was split at.
			$part = preg_replace( array( '/(?<![^\s(«])"/', '/"/' ), array( '&#8220;', '&#8221;' ), $part );
			$part = preg_replace( array( "/(?<![^\s(«])'/", "/'/" ), array( '&#8216;', '&#8217;' ), $part );
			$part = str_replace( array( '...', '--' ), array( '&#8230;', '&#8212;' ), $part );
			$part = str_replace( '&amp;', '&#038;', esc_amp( $part ) );
		}
	}
	return implode( '', $parts );
}

/** Paragraphs at blank lines, <br /> at others. What it does not know for a block goes into a paragraph. */
function wpautop( $text ) {
	$blocks = '(?:div|p|h[1-6]|ul|ol|li|blockquote|figure|table|pre|section|article|aside)';
	$text   = preg_replace( "/(<$blocks\b[^>]*>)/", "\n\n$1", $text );
	$text   = preg_replace( "/(<\/$blocks>)/", "$1\n\n", $text );
	$made   = '';
	foreach ( preg_split( '/\n\s*\n/', $text, -1, PREG_SPLIT_NO_EMPTY ) as $paragraph ) {
		$paragraph = str_replace( "\n", "<br />\n", trim( $paragraph ) );
		$is_block  = '' === $paragraph || preg_match( "/^<\/?$blocks\b/", $paragraph );
		$made     .= $is_block ? "$paragraph\n" : "<p>$paragraph</p>\n";
	}
	return $made;
}

function shortcode_unautop( $text ) {
	return preg_replace( '/<p>\s*(' . shortcode_pattern() . ')\s*<\/p>/', '$1', $text );
}

function convert_smilies( $text ) {
	return str_replace( ' :)', ' 🙂', $text );
}

add_filter( 'the_title', 'wptexturize' );
add_filter( 'the_title', 'trim' );
add_filter( 'the_content', 'wptexturize' );
add_filter( 'the_content', 'convert_smilies', 20 );
add_filter( 'the_content', 'wpautop' );
add_filter( 'the_content', 'shortcode_unautop' );
add_filter( 'the_content', 'do_shortcode', 11 );

// Posts.

$posts = array();
foreach ( $asked['posts'] ?? array() as $one ) {
	$one += array( 'post_type' => 'post', 'post_status' => 'publish', 'post_title' => '', 'post_content' => '' );
	$one += array( 'post_password' => '' );

	$posts[ $one['ID'] ] = (object) $one;
}
// Where the loop is; before it, at the first.
$post        = $posts[ $asked['queried'] ] ?? ( $posts ? reset( $posts ) : null );
$in_the_loop = false;

function get_post( $id = 0 ) {
	global $posts, $post;
	return $id ? ( $posts[ $id ] ?? null ) : $post; // 0 means the current one.
}

function get_the_ID() {
	return get_post()->ID ?? false;
}

function get_the_title( $id = 0 ) {
	$one   = get_post( $id );
	$title = $one->post_title ?? '';
	if ( ! empty( $one->post_password ) ) {
		$title = "محمي: $title";
	} elseif ( 'private' === ( $one->post_status ?? '' ) ) {
		$title = "خاص: $title";
	}
	return apply_filters( 'the_title', $title, $one->ID ?? 0 );
}

function post_password_required( $id = 0 ) {
	global $asked;
	return ! empty( get_post( $id )->post_password ) && ! $asked['knows_password'];
}

function is_post_publicly_viewable( $id = 0 ) {
	$one    = get_post( $id );
	$public = get_post_types( array( 'public' => true ) );
	return null !== $one && 'publish' === $one->post_status && isset( $public[ $one->post_type ] );
}

function get_post_types( $arguments = array(), $output = 'names' ) {
	$names = array( 'post' => 'مقالات', 'page' => 'صفحات', 'attachment' => 'وسائط' );
	if ( empty( $arguments['public'] ) ) {
		$names['revision'] = 'مراجعات';
	}
	foreach ( $names as $name => $label ) {
		$names[ $name ] = 'names' === $output ? $name : (object) array( 'name' => $name, 'label' => $label );
	}
	return $names;
}

function get_the_content() {
	return post_password_required() ? '<form class="post-password-form"></form>' : get_post()->post_content;
}

function get_the_excerpt() {
	return apply_filters( 'get_the_excerpt', '', get_post() );
}

/** The excerpt of a post without one: WordPress runs its text through the_content for it. */
function wp_trim_excerpt( $text ) {
	return $text ? $text : wp_strip_all_tags( apply_filters( 'the_content', strip_shortcodes( get_the_content() ) ) );
}

add_filter( 'get_the_excerpt', 'wp_trim_excerpt', 10, 2 );

// What is looked at.

function is_singular( $types = '' ) {
	global $asked, $posts;
	if ( ! $asked['queried'] || 'list' === $asked['view'] ) {
		return false;
	}
	return empty( $types ) || in_array( $posts[ $asked['queried'] ]->post_type, (array) $types, true );
}

function get_queried_object_id() {
	global $asked;
	return $asked['queried'];
}

function in_the_loop() {
	global $in_the_loop;
	return $in_the_loop;
}

function is_main_query() {
	global $asked;
	return ! $asked['replaced']; // A second query inside the main one's loop does not change it.
}

function is_feed() {
	global $asked;
	return 'feed' === $asked['view'];
}

function is_embed() {
	global $asked;
	return 'embed' === $asked['view'];
}

// Scripts.

$modules = array();

if ( ! $asked['old'] ) {
	function wp_enqueue_script_module( $id, $src = '', $dependencies = array(), $version = false ) {
		global $modules;
		$modules += array( $id => null === $version ? $src : "$src?ver=" . ( $version ? $version : '6.9' ) );
	}
}

function wp_print_script_tag( $attributes ) {
	echo '<script';
	foreach ( $attributes as $name => $value ) {
		echo ' ', esc_attr( $name ), '="', esc_attr( $value ), '"';
	}
	echo "></script>\n";
}

function print_script_modules() {
	global $modules;
	foreach ( $modules as $id => $src ) {
		wp_print_script_tag( array( 'type' => 'module', 'src' => $src, 'id' => "$id-js-module" ) );
	}
}

add_action( 'wp_footer', 'print_script_modules' );

// Settings.

$options  = array_filter( array( 'istami' => $asked['option'] ?? null ), 'is_array' );
$sanitise = array();
$errors   = array();
$pages    = array();

function get_option( $name, $default = false ) {
	global $options;
	return $options[ $name ] ?? $default;
}

function wp_parse_args( $given, $defaults = array() ) {
	return array_merge( $defaults, $given );
}

function register_setting( $group, $name, $arguments = array() ) {
	global $sanitise;
	$sanitise[ $group ][ $name ] = $arguments['sanitize_callback'];
}

function add_settings_error( $setting, $code, $message, $type = 'error' ) {
	global $errors;
	$errors[] = $code;
}

function add_options_page( $page_title, $menu_title, $capability, $slug, $callback ) {
	global $pages;
	$pages[ $slug ] = array( $capability, $callback );
}

function current_user_can( $capability ) {
	global $asked;
	return $asked['may_manage'];
}

function settings_fields( $group ) {
	printf( '<input type="hidden" name="option_page" value="%s">', esc_attr( $group ) );
}

function submit_button() {
	echo '<input type="submit">';
}

function checked( $one, $other = true, $print = true ) {
	return (string) $one === (string) $other ? " checked='checked'" : '';
}

function disabled( $one, $other = true, $print = true ) {
	return (string) $one === (string) $other ? " disabled='disabled'" : '';
}

// Saving.

$calls = array();

function wp_json_encode( $data ) {
	return json_encode( $data );
}

function wp_generate_uuid4() {
	return vsprintf( '%s%s-%s-%s-%s-%s%s%s', str_split( bin2hex( random_bytes( 16 ) ), 4 ) );
}

function wp_remote_post( $url, $options = array() ) {
	global $calls;
	$calls[] = array( $url, $options );
	return array();
}

/** What wp_insert_post() and wp_publish_post() end with; an update saves a revision before. */
function save( $fields ) {
	global $posts;
	$before = isset( $posts[ $fields['ID'] ] ) ? clone $posts[ $fields['ID'] ] : null;
	$fields += (array) $before;
	$fields += array( 'post_type' => 'post', 'post_status' => 'publish', 'post_title' => '', 'post_content' => '' );
	$fields += array( 'post_password' => '' );
	if ( $before && 'revision' !== $fields['post_type'] ) {
		$revision = array( 'ID' => 1000 + $fields['ID'], 'post_type' => 'revision', 'post_status' => 'inherit' );
		save( $revision + $fields );
	}
	$posts[ $fields['ID'] ] = (object) $fields;
	do_action( 'wp_after_insert_post', $fields['ID'], $posts[ $fields['ID'] ], null !== $before, $before );
}

/** What wp_delete_post() ends with. */
function delete( $id ) {
	global $posts;
	$post = $posts[ $id ];
	unset( $posts[ $id ] );
	do_action( 'deleted_post', $id, $post );
}

// The view.

function printed( $print ) {
	ob_start();
	$print();
	return ob_get_clean();
}

require $argv[1];

$answer = array( 'texts' => array(), 'template' => do_shortcode( $asked['template'] ) );
if ( isset( $asked['saves'] ) ) {
	if ( $post ) {
		$answer['box'] = printed(
			function () use ( $post ) {
				do_action( 'post_submitbox_misc_actions', $post );
			}
		);
	}
	$_POST = $asked['form'] ?? array();
	foreach ( $asked['saves'] as $fields ) {
		isset( $fields['deleted'] ) ? delete( $fields['deleted'] ) : save( $fields );
	}
	do_action( 'shutdown' );
} elseif ( 'admin' === $asked['view'] ) {
	do_action( 'admin_menu' );
	do_action( 'admin_init' );
	list( $capability, $callback ) = $pages['istami'];
	if ( isset( $asked['form'] ) && current_user_can( $capability ) ) {
		$options['istami'] = $sanitise['istami']['istami']( $asked['form'] );
	}
	$answer['settings'] = printed( $callback ); // Even if WordPress would not open it.
} else {
	$main = 'list' === $asked['view'] ? array_keys( $posts ) : array( $asked['queried'] );
	if ( $asked['head'] ) {
		$answer['texts'][] = array( $post->ID, apply_filters( 'the_content', get_the_content() ) );
	}
	$in_the_loop = 'rest' !== $asked['view']; // A REST answer runs the filters outside of any loop.
	foreach ( array_merge( $main, $asked['inner'] ) as $id ) {
		$post = $posts[ $id ];
		for ( $time = 0; $time < $asked['again']; $time++ ) {
			$text              = 'excerpt' === $asked['view'] ? get_the_excerpt() : null;
			$answer['texts'][] = array( $id, $text ?? apply_filters( 'the_content', get_the_content() ) );
		}
	}
	$in_the_loop      = false;
	$answer['footer'] = printed(
		function () {
			do_action( 'wp_footer' );
		}
	);
}
$answer += array( 'option' => $options['istami'] ?? null, 'errors' => $errors, 'calls' => $calls );
echo json_encode( $answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE );
