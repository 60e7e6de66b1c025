using System.Globalization;
using System.Text.Json;
using PyWharf.Application.Releases;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Legacy;

/// <summary>The document of PyPI's JSON API (https://docs.pypi.org/api/json/), with every key that it has.</summary>
internal static class LegacyJson
{
    private const int BytesPerFile = 800;
    private const int BytesAround = 8192;

    public static byte[] Release(ReleaseDocument document)
    {
        var files = document.Releases?.Sum(release => release.Files.Count) ?? 0;

        return JsonBody.Write(BytesAround + ((files + document.Release.Files.Count) * BytesPerFile), json =>
        {
            json.WriteStartObject("info"u8);
            Info(json, document);
            json.WriteEndObject();
            json.WriteNumber("last_serial"u8, document.LastSerial);
            if (document.Releases is { } releases)
            {
                json.WriteStartObject("releases"u8);
                foreach (var release in releases)
                {
                    Files(json, release.Version.ToString(), release.Files, document);
                }

                json.WriteEndObject();
            }

            Files(json, "urls", document.Release.Files, document);
            json.WriteStartArray("vulnerabilities"u8);
            json.WriteEndArray();
        });
    }

    private static void Info(Utf8JsonWriter json, ReleaseDocument document)
    {
        var fields = document.Fields;
        json.WriteString("author"u8, fields["author"]);
        json.WriteString("author_email"u8, fields["author_email"]);
        json.WriteNull("bugtrack_url"u8);
        Array(json, "classifiers", fields.All("classifiers"));
        json.WriteString("description"u8, fields["description"] ?? "");
        json.WriteString("description_content_type"u8, fields["description_content_type"]);
        json.WriteNull("docs_url"u8);
        json.WriteString("download_url"u8, fields["download_url"]);
        json.WriteStartObject("downloads"u8);
        json.WriteNumber("last_day"u8, -1);
        json.WriteNumber("last_month"u8, -1);
        json.WriteNumber("last_week"u8, -1);
        json.WriteEndObject();
        ArrayOrNull(json, "dynamic", fields.All("dynamic"));
        json.WriteString("home_page"u8, fields["home_page"]);
        json.WriteString("keywords"u8, fields["keywords"]);
        json.WriteString("license"u8, fields["license"]);
        json.WriteString("license_expression"u8, fields["license_expression"]);
        ArrayOrNull(json, "license_files", fields.All("license_file"));
        json.WriteString("maintainer"u8, fields["maintainer"]);
        json.WriteString("maintainer_email"u8, fields["maintainer_email"]);
        json.WriteString("name"u8, document.Name);
        json.WriteString("package_url"u8, document.Page);
        json.WriteString("platform"u8, fields["platform"] is null ? null : string.Join(',', fields.All("platform")));
        json.WriteString("project_url"u8, document.Page);
        Links(json, document);
        ArrayOrNull(json, "provides_extra", fields.All("provides_extra"));
        json.WriteString("release_url"u8, document.Page);
        ArrayOrNull(json, "requires_dist", fields.All("requires_dist"));
        json.WriteString("requires_python"u8, document.Release.RepresentativeFile.RequiresPython?.ToString());
        json.WriteString("summary"u8, fields["summary"]);
        json.WriteString("version"u8, document.Release.Version.ToString());
        Yank(json, document.Yanked);
    }

    private static void Links(Utf8JsonWriter json, ReleaseDocument document)
    {
        var links = document.Links.ToList();
        if (links.Count == 0)
        {
            json.WriteNull("project_urls"u8);

            return;
        }

        json.WriteStartObject("project_urls"u8);
        foreach (var (label, url) in links)
        {
            json.WriteString(label, url);
        }

        json.WriteEndObject();
    }

    private static void Files(Utf8JsonWriter json, string name, IReadOnlyList<PackageFile> files, ReleaseDocument document)
    {
        json.WriteStartArray(name);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("comment_text"u8, "");
            json.WriteStartObject("digests"u8);
            json.WriteString("sha256"u8, file.Sha256.ToString());
            json.WriteEndObject();
            json.WriteNumber("downloads"u8, -1);
            json.WriteString("filename"u8, file.Filename.ToString());
            json.WriteBoolean("has_sig"u8, false);
            json.WriteNull("md5_digest"u8);
            json.WriteString("packagetype"u8, PackageTypeOf(file.Filename));
            json.WriteString("python_version"u8, PythonVersionOf(file.Filename));
            json.WriteString("requires_python"u8, file.RequiresPython?.ToString());
            json.WritePropertyName("size"u8);
            JsonSerializer.Serialize(json, file.Size);
            json.WriteString("upload_time"u8, file.UploadedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            json.WriteString("upload_time_iso_8601"u8, file.UploadedAt is { } time ? PageFile.FormatUploadTime(time) : null);
            json.WriteString("url"u8, document.UrlOf(file));
            Yank(json, document.YankOf(file));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Yank(Utf8JsonWriter json, string? reason)
    {
        json.WriteBoolean("yanked"u8, reason is not null);
        json.WriteString("yanked_reason"u8, reason is "" ? null : reason);
    }

    private static void ArrayOrNull(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        if (values.Any())
        {
            Array(json, name, values);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Array(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The package types of distutils.</summary>
    private static string PackageTypeOf(DistributionFilename filename) => filename switch
    {
        { Kind: DistributionKind.Wheel } => "bdist_wheel",
        { Kind: DistributionKind.Sdist } => "sdist",
        { Extension: "egg" } => "bdist_egg",
        { Extension: "exe" } => "bdist_wininst",
        { Extension: "msi" } => "bdist_msi",
        { Extension: "rpm" } => "bdist_rpm",
        _ => "bdist_dumb",
    };

    /// <summary>The Python tag of a wheel; «source» for an sdist, as clients send it.</summary>
    private static string PythonVersionOf(DistributionFilename filename) => filename.Kind switch
    {
        DistributionKind.Wheel => filename.Stem.Split('-')[^3],
        DistributionKind.Sdist => "source",
        _ => "any",
    };
}
