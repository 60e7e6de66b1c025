using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Application.Packages;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Packages;

public sealed class AttestationsTests
{
    private const string Wheel = "my_demo-1.0-py3-none-any.whl";
    private const string Sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private const string Deep = "$deep";

    [Theory]
    [InlineData("https://docs.pypi.org/attestations/publish/v1")]
    [InlineData("https://slsa.dev/provenance/v1")]
    public void An_attestation_of_the_file_is_taken_word_for_word(string predicateType)
    {
        var field = $"  {Field(Attestation(Statement(predicateType: predicateType)))}\n";

        Assert.Equal(field, Read(field).Value);
    }

    [Fact]
    public void Several_are_taken()
    {
        var field = Field(Attestation(), Attestation(Statement(predicateType: "https://slsa.dev/provenance/v1")));

        Assert.Equal(field, Read(field).Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData(" [ ] ")]
    public void None_is_none(string? field)
    {
        var read = Read(field);

        Assert.Null(read.Failure);
        Assert.Null(read.Value);
    }

    [Theory]
    [InlineData(Wheel, "my_demo-1.0-py3-none-any.whl")]
    [InlineData(Wheel, "My_Demo-1.0-py3-none-any.whl")]
    [InlineData(Wheel, "my.demo-1.0.0-py3-none-any.whl")]
    [InlineData("a-1.0-py2.py3-none-any.whl", "a-1.0-py3.py2-none-any.whl")]
    [InlineData("a-1.0-1b-py3-none-any.whl", "a-1.0-01b-py3-none-any.whl")]
    [InlineData("my_demo-1.0.tar.gz", "My-Demo-1.0.tar.gz")]
    public void A_subject_may_be_spelled_in_another_way(string filename, string subject)
    {
        Assert.Null(Read(Field(Attestation(Statement(subject))), filename).Failure);
    }

    [Theory]
    [InlineData("other-1.0-py3-none-any.whl")]
    [InlineData("my_demo-1.1-py3-none-any.whl")]
    [InlineData("my_demo-1.0-py2-none-any.whl")]
    [InlineData("my_demo-1.0-py2.py3-none-any.whl")]
    [InlineData("my_demo-1.0-1-py3-none-any.whl")]
    [InlineData("my_demo-1.0.tar.gz")]
    [InlineData("my_demo-1.0.zip")]
    [InlineData("../my_demo-1.0-py3-none-any.whl")]
    [InlineData("")]
    public void A_subject_that_is_another_file_is_invalid(string subject)
    {
        Refuses(Field(Attestation(Statement(subject))), "the subject is another file than my_demo-1.0-py3-none-any.whl");
    }

    [Theory]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae")]
    [InlineData("")]
    [InlineData("ba7816")]
    public void A_digest_of_another_file_is_invalid(string sha256)
    {
        Refuses(Field(Attestation(Statement(sha256: sha256))), "the subject has not the sha256 of the file received");
    }

    public static TheoryData<string, string?> WrongValues => new()
    {
        { "version", null },
        { "version", "2" },
        { "version", "\"1\"" },
        { "version", "1.5" },
        { "verification_material", null },
        { "verification_material", "[]" },
        { "verification_material.certificate", null },
        { "verification_material.certificate", "\"\"" },
        { "verification_material.certificate", "\"no base64!\"" },
        { "verification_material.certificate", "7" },
        { "verification_material.transparency_entries", null },
        { "verification_material.transparency_entries", "[]" },
        { "verification_material.transparency_entries", "{}" },
        { "verification_material.transparency_entries", "[1]" },
        { "verification_material.transparency_entries", "[null]" },
        { "envelope", null },
        { "envelope", "\"x\"" },
        { "envelope.signature", null },
        { "envelope.signature", "\"\"" },
        { "envelope.signature", "\"%%%\"" },
        { "envelope.statement", null },
        { "envelope.statement", "\"\"" },
        { "envelope.statement", "\"bm8gSlNPTg==\"" },
        { "envelope.statement", "\"e30=\"" },
        { "envelope.statement", "\"bnVsbA==\"" },
        { "envelope.statement", Deep },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void What_an_attestation_lacks_or_has_wrong_is_invalid(string path, string? json)
    {
        var attestation = Attestation();
        Set(attestation, path, json == Deep ? JsonSerializer.Serialize(Encoding.UTF8.GetBytes(new string('[', 100_000))) : json);

        Refuses(Field(attestation));
    }

    public static TheoryData<string, string?> WrongStatements => new()
    {
        { "_type", null },
        { "_type", "\"https://in-toto.io/Statement/v0.1\"" },
        { "predicateType", null },
        { "predicateType", "\"https://example.com/other\"" },
        { "subject", null },
        { "subject", "{}" },
        { "subject", "[]" },
        { "subject", "[null]" },
        { "subject", $$$"""[{"name":"{{{Wheel}}}","digest":{"sha256":"{{{Sha256}}}"}},{"name":"{{{Wheel}}}","digest":{"sha256":"{{{Sha256}}}"}}]""" },
        { "subject", $$$"""[{"digest":{"sha256":"{{{Sha256}}}"}}]""" },
        { "subject", $$$"""[{"name":null,"digest":{"sha256":"{{{Sha256}}}"}}]""" },
        { "subject", $$$"""[{"name":"{{{Wheel}}}"}]""" },
        { "subject", $$$"""[{"name":"{{{Wheel}}}","digest":{}}]""" },
        { "subject", $$$"""[{"name":"{{{Wheel}}}","digest":{"sha512":"{{{Sha256}}}"}}]""" },
        { "subject", $$$"""[{"name":"{{{Wheel}}}","digest":{"sha256":null}}]""" },
    };

    [Theory]
    [MemberData(nameof(WrongStatements))]
    public void What_a_statement_lacks_or_has_wrong_is_invalid(string path, string? json)
    {
        var statement = Statement();
        Set(statement, path, json);

        Refuses(Field(Attestation(statement)));
    }

    [Fact]
    public void Json_that_is_hostile_is_invalid()
    {
        var good = Field(Attestation());
        string[] hostile =
        [
            "null", "{}", "7", "\"\"", "[null]", "[1]", "[[]]", "[{}]", "nonsense", "[", "]", "[],", "[] []", good[..^1], good + good, "\uFEFF[]", "// no\n[]",
            "[]\0", new string('[', 100_000), new string('[', 500_000) + new string(']', 500_000),
            good.Replace("\"version\":1", "\"version\":1,\"version\":1", StringComparison.Ordinal),
            good.Replace("\"version\":1", "\"version\":1,\"x\":" + new string('[', 1000) + new string(']', 1000), StringComparison.Ordinal),
            good.Replace("\"version\":1", "\"version\":1,\"\\ud800\":\"\\udc00\"", StringComparison.Ordinal),
            $"[{string.Join(',', Enumerable.Repeat(good[1..^1], 2000))}]",
        ];
        foreach (var field in hostile)
        {
            Refuses(field);
        }
    }

    [Theory]
    [InlineData("\"subject\":", "\"subject\":[],\"subject\":")]
    [InlineData("\"sha256\":", "\"sha256\":\"\",\"sha256\":")]
    [InlineData("my_demo", "\\ud800")]
    [InlineData("\"predicate\":", "\"\\ud800\":1,\"\\udc00\":")]
    [InlineData("}", "")]
    public void A_statement_that_says_two_things_or_nothing_that_can_be_read_is_invalid(string text, string replacement)
    {
        var statement = Statement().ToJsonString().Replace(text, replacement, StringComparison.Ordinal);

        Refuses(Field(Attestation(statement: Encoding.UTF8.GetBytes(statement))));
    }

    [Fact]
    public void What_nobody_knows_is_ignored_and_base64_may_be_in_lines()
    {
        var attestation = Attestation();
        attestation["new"] = "x";
        attestation["envelope"]!["statement"] = string.Join('\n', ((string?)attestation["envelope"]!["statement"])!.Chunk(76).Select(line => new string(line)));

        Assert.Null(Read(Field(attestation)).Failure);
    }

    [Fact]
    public void A_mutation_is_refused_or_taken_word_for_word_and_never_throws()
    {
        var good = Field(Attestation());
        var mutation =
            from at in Gen.Choose(0, good.Length - 1)
            from length in Gen.Choose(0, 20)
            from inserted in Gen.Elements("", "\"", "{", "}", "[", "]", ",", "\\", "\\ud800", "null", "1e999", "\0", "\uD800", "A", "=")
            select good[..at] + inserted + good[Math.Min(good.Length, at + length)..];

        Prop.ForAll(mutation.ToArbitrary(), field =>
        {
            var read = Read(field);

            return read.Failure is null ? read.Value == field || field == "[]" : read.Failure.Kind == FailureKind.Invalid && read.Failure.Message.Length < 500;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    private static JsonObject Attestation(JsonObject? about = null, byte[]? statement = null) => new()
    {
        ["version"] = 1,
        ["verification_material"] = new JsonObject
        {
            ["certificate"] = "MIIC6jCCAnGgAwIBAgIU",
            ["transparency_entries"] = new JsonArray(new JsonObject { ["logIndex"] = "1", ["inclusionProof"] = new JsonObject { ["hashes"] = new JsonArray() } }),
        },
        ["envelope"] = new JsonObject
        {
            ["statement"] = Convert.ToBase64String(statement ?? Encoding.UTF8.GetBytes((about ?? Statement()).ToJsonString())),
            ["signature"] = "MEUCIQDx/+8=",
        },
    };

    private static JsonObject Statement(
        string subject = Wheel, string sha256 = Sha256, string predicateType = "https://docs.pypi.org/attestations/publish/v1") => new()
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = subject, ["digest"] = new JsonObject { ["sha256"] = sha256 } }),
            ["predicateType"] = predicateType,
            ["predicate"] = null,
        };

    private static string Field(params JsonNode[] attestations) => new JsonArray(attestations).ToJsonString();

    /// <summary>Sets the value at a path of names with dots; null takes it away.</summary>
    private static void Set(JsonObject json, string path, string? value)
    {
        var names = path.Split('.');
        var parent = names[..^1].Aggregate(json, (parent, name) => parent[name]!.AsObject());
        parent.Remove(names[^1]);
        if (value is not null)
        {
            parent.Add(names[^1], JsonNode.Parse(value));
        }
    }

    private static Outcome<string?> Read(string? field, string filename = Wheel)
    {
        Assert.True(DistributionFilename.TryParse(filename, out var file));
        Assert.True(Sha256Digest.TryParse(Sha256, out var digest));

        return Attestations.Read(field, file, digest);
    }

    private static void Refuses(string field, string problem = "")
    {
        var read = Read(field);

        Assert.Equal(FailureKind.Invalid, read.Failure?.Kind);
        Assert.StartsWith("The field attestations is not as PEP 740 has it: ", read.Failure?.Message, StringComparison.Ordinal);
        Assert.Contains(problem, read.Failure?.Message, StringComparison.Ordinal);
        Assert.InRange(read.Failure!.Message.Length, 1, 500);
    }
}
