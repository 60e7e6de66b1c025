using System.Text.Json;

namespace PyWharf.Application.Rendering;

/// <summary>The JSON representation (PEP 691, 700, 714, 740, 792).</summary>
internal static class SimpleJson
{
    private const int BytesPerFile = 500;
    private const int BytesPerVersion = 16;
    private const int BytesPerProject = 50;
    private const int BytesAround = 1024;

    public static byte[] Project(ProjectPage page)
    {
        var versions = page.Versions ?? [];
        var apiVersion = page.ApiVersion;

        return JsonBody.Write(BytesAround + (page.Files.Count * BytesPerFile) + (versions.Count * BytesPerVersion), json =>
        {
            Meta(json, apiVersion);
            json.WriteString("name"u8, page.Name);
            if (page.Status is { } status)
            {
                Status(json, status);
            }

            if (page.Versions is not null)
            {
                json.WriteStartArray("versions"u8);
                foreach (var version in versions)
                {
                    json.WriteStringValue(version);
                }

                json.WriteEndArray();
            }

            json.WriteStartArray("files"u8);
            foreach (var file in page.Files)
            {
                File(json, file, withSize: apiVersion != ProjectPage.WithoutSizes);
            }

            json.WriteEndArray();
        });
    }

    public static byte[] ProjectList(IEnumerable<string> projects)
    {
        var capacity = BytesAround + (projects.TryGetNonEnumeratedCount(out var count) ? count * BytesPerProject : 0);

        return JsonBody.Write(capacity, json =>
        {
            Meta(json, ProjectPage.FullApiVersion);
            json.WriteStartArray("projects"u8);
            foreach (var project in projects)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, project);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Meta(Utf8JsonWriter json, string apiVersion)
    {
        json.WriteStartObject("meta"u8);
        json.WriteString("api-version"u8, apiVersion);
        json.WriteEndObject();
    }

    private static void Status(Utf8JsonWriter json, ProjectStatus status)
    {
        json.WriteStartObject("project-status"u8);
        json.WriteString("status"u8, status.Marker);
        if (status.Reason is not null)
        {
            json.WriteString("reason"u8, status.Reason);
        }

        json.WriteEndObject();
    }

    private static void File(Utf8JsonWriter json, PageFile file, bool withSize)
    {
        json.WriteStartObject();
        json.WriteString("filename"u8, file.Filename);
        json.WriteString("url"u8, file.Href);
        json.WritePropertyName("hashes"u8);
        Hashes(json, file.Hashes);
        if (withSize && file.Size is { } size)
        {
            json.WriteNumber("size"u8, size);
        }

        if (file.UploadTime is not null)
        {
            json.WriteString("upload-time"u8, file.UploadTime);
        }

        if (file.RequiresPython is not null)
        {
            json.WriteString("requires-python"u8, file.RequiresPython);
        }

        // Never also under its old name "dist-info-metadata": that makes pip 22.3 to 23.1 fail on everything (PEP 714).
        if (file.CoreMetadata is { Hashes.Count: > 0 })
        {
            json.WritePropertyName("core-metadata"u8);
            Hashes(json, file.CoreMetadata.Hashes);
        }
        else if (file.CoreMetadata is not null)
        {
            json.WriteBoolean("core-metadata"u8, true);
        }

        if (file.Yanked == "")
        {
            json.WriteBoolean("yanked"u8, true);
        }
        else if (file.Yanked is not null)
        {
            json.WriteString("yanked"u8, file.Yanked);
        }

        if (file.GpgSig is { } signed)
        {
            json.WriteBoolean("gpg-sig"u8, signed);
        }

        if (file.Provenance is not null)
        {
            json.WriteString("provenance"u8, file.Provenance);
        }

        json.WriteEndObject();
    }

    private static void Hashes(Utf8JsonWriter json, IReadOnlyList<FileHash> hashes)
    {
        json.WriteStartObject();
        foreach (var hash in hashes)
        {
            json.WriteString(hash.Algorithm, hash.Hex);
        }

        json.WriteEndObject();
    }
}
