using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyWharf.Domain;

namespace PyWharf.Integration.Support.PyPi;

/// <summary>The pages of <see cref="FakePyPi"/>.</summary>
internal static class FakePages
{
    public static string Json(FakeProject project, Func<FakeFile, string> linkOf)
    {
        var page = new JsonObject
        {
            ["meta"] = new JsonObject { ["api-version"] = "1.4", ["_last-serial"] = 7 },
            ["name"] = project.Title,
            ["files"] = new JsonArray([.. project.Files.Select(file => (JsonNode)File(file, linkOf(file)))]),
        };
        if (project.HasVersions)
        {
            page["versions"] = new JsonArray([.. project.Files.Select(VersionOf).Distinct().Select(version => (JsonNode?)version)]);
        }

        if (project.Status is { } status)
        {
            page["project-status"] = new JsonObject { ["status"] = status, ["reason"] = project.StatusReason };
        }

        return page.ToJsonString();
    }

    public static string Html(FakeProject project, Func<FakeFile, string> linkOf)
    {
        var page = new StringBuilder("<!DOCTYPE html><html><head><meta name=\"pypi:repository-version\" content=\"1.4\">");
        if (project.Status is { } status)
        {
            page.Append($"<meta name=\"pypi:project-status\" content=\"{status}\">");
        }

        page.Append("</head><body>\n");
        foreach (var file in project.Files)
        {
            var hash = file.Hashes.Count == 0 ? "" : $"#{file.Hashes.First().Key}={file.Hashes.First().Value}";
            var requires = file.RequiresPython is { } specifier ? $" data-requires-python=\"{WebUtility.HtmlEncode(specifier)}\"" : "";
            var yanked = file.Yanked is { } reason ? $" data-yanked=\"{WebUtility.HtmlEncode(reason)}\"" : "";
            var metadata = file.Metadata is null ? "" : $" data-core-metadata=\"{(file.HashesMetadata ? $"sha256={Sha256(file.Metadata)}" : "true")}\"";
            page.Append($"<a href=\"{WebUtility.HtmlEncode(linkOf(file))}{hash}\"{requires}{yanked}{metadata}>{WebUtility.HtmlEncode(file.Filename)}</a><br>\n");
        }

        return page.Append("</body></html>").ToString();
    }

    private static string VersionOf(FakeFile file) => DistributionFilename.TryParse(file.Filename, out var parsed) ? parsed.Version?.ToString() ?? "0" : "0";

    private static JsonObject File(FakeFile file, string link)
    {
        var entry = new JsonObject
        {
            ["filename"] = file.Filename,
            ["url"] = link,
            ["hashes"] = JsonSerializer.SerializeToNode(file.Hashes),
            ["yanked"] = file.Yanked switch { null => false, "" => true, var reason => reason },
        };
        if (file.Size is { } size)
        {
            entry["size"] = size;
        }

        if (file.UploadTime is { } time)
        {
            entry["upload-time"] = time;
        }

        if (file.RequiresPython is { } specifier)
        {
            entry["requires-python"] = specifier;
        }

        if (file.Metadata is { } metadata)
        {
            entry["core-metadata"] = file.HashesMetadata ? new JsonObject { ["sha256"] = Sha256(metadata) } : true;
        }

        if (file.Provenance is { } provenance)
        {
            entry["provenance"] = provenance;
        }

        return entry;
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
