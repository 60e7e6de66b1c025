using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Reads the HTML of an upstream page (PEP 503, 592, 629, 658, 714, 740, 792).</summary>
/// <remarks>A page is a flat list of links, so its tokens are enough: a tree of elements nested a million deep would be a way to stop us.</remarks>
internal sealed class UpstreamHtml(Uri address)
{
    private readonly List<PageFile> _files = [];
    private Uri? _base;
    private string? _version;
    private string? _status;
    private string? _statusReason;

    /// <param name="project">The normalised name that was asked for.</param>
    /// <param name="address">Where the page came from in the end; relative links count from here, unless the page says otherwise.</param>
    /// <param name="html">The page.</param>
    /// <exception cref="UpstreamException">It is one of a version to come.</exception>
    public static ProjectPage Read(string project, Uri address, string html) => new UpstreamHtml(address).Read(project, html);

    private ProjectPage Read(string project, string html)
    {
        using var source = new TextSource(html);
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true, SkipDataText = true };
        for (var token = tokenizer.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokenizer.Get())
        {
            if (token.Type == HtmlTokenType.StartTag)
            {
                Take(token.AsTag());
                tokenizer.State = ContentOf(token.Name);
            }
        }

        if (!UpstreamLink.IsUnderstood(_version))
        {
            throw new UpstreamException(FailureKind.BadGateway, "The upstream index speaks a version of the API that this server does not know.");
        }

        return UpstreamLink.Page(project, _files, versions: null, UpstreamLink.Status(_status, _statusReason));
    }

    // What looks like a tag inside these elements is text.
    private static HtmlParseMode ContentOf(string name) => name switch
    {
        "script" => HtmlParseMode.Script,
        "style" or "noscript" or "iframe" => HtmlParseMode.Rawtext,
        "title" or "textarea" => HtmlParseMode.RCData,
        _ => HtmlParseMode.PCData,
    };

    private void Take(HtmlTagToken tag)
    {
        switch (tag.Name)
        {
            case "a" when FileOf(tag) is { } file:
                _files.Add(file);
                break;
            case "base":
                _base ??= UpstreamLink.Resolve(address, Attribute(tag, "href"));
                break;
            case "meta":
                TakeMeta(Attribute(tag, "name"), Attribute(tag, "content"));
                break;
        }
    }

    private void TakeMeta(string? name, string? content)
    {
        switch (name)
        {
            case "pypi:repository-version":
                _version = content;
                break;
            case "pypi:project-status":
                _status = content;
                break;
            case "pypi:project-status-reason":
                _statusReason = content;
                break;
        }
    }

    private PageFile? FileOf(HtmlTagToken anchor)
    {
        if (UpstreamLink.Resolve(_base ?? address, Attribute(anchor, "href")) is not { } target
            || UpstreamLink.File(Uri.UnescapeDataString(target.Segments[^1]), target) is not { } file)
        {
            return null;
        }

        var requiresPython = Attribute(anchor, "data-requires-python");
        return file with
        {
            Hashes = HashesOf(target.Fragment.TrimStart('#')),
            RequiresPython = string.IsNullOrWhiteSpace(requiresPython) ? null : requiresPython,
            CoreMetadata = MetadataOf(Attribute(anchor, "data-core-metadata") ?? Attribute(anchor, "data-dist-info-metadata")),
            Yanked = Attribute(anchor, "data-yanked"),
            GpgSig = bool.TryParse(Attribute(anchor, "data-gpg-sig"), out var signed) ? signed : null,
            Provenance = UpstreamLink.Resolve(address, Attribute(anchor, "data-provenance"))?.AbsoluteUri,
        };
    }

    private static CoreMetadataLink? MetadataOf(string? value) =>
        value is null or "false" ? null : new CoreMetadataLink(HashesOf(value));

    // One hash by the standard; some indexes add other things in the manner of a query.
    private static FileHash[] HashesOf(string text) =>
    [
        .. text.Split('&')
            .Select(part => part.Split('=', 2))
            .Select(pair => pair.Length == 2 ? FileHash.OrNull(pair[0], pair[1]) : null)
            .OfType<FileHash>(),
    ];

    private static string? Attribute(HtmlTagToken tag, string name)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute.Value;
            }
        }

        return null;
    }
}
