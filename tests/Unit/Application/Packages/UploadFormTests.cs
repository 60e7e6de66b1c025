using PyWharf.Application.Packages;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Packages;

public sealed class UploadFormTests
{
    [Theory]
    [InlineData("")]
    [InlineData("UNKNOWN")]
    public void A_field_that_says_nothing_is_absent(string value)
    {
        Assert.Null(Form(("requires_python", value))["requires_python"]);
    }

    [Fact]
    public void A_single_valued_field_that_stands_twice_is_named()
    {
        Assert.Equal("version", Form(("name", "a"), ("version", "1"), ("version", "1")).DuplicateField);
    }

    [Fact]
    public void Fields_of_many_values_and_unknown_fields_may_stand_as_often_as_they_like()
    {
        Assert.Null(Form(("classifiers", "a"), ("classifiers", "b"), ("new_field", "a"), ("new_field", "b")).DuplicateField);
    }

    [Fact]
    public void The_first_value_of_each_field_is_kept_in_order()
    {
        var kept = Form(("b", "1"), ("a", "2"), ("b", "3")).StoredFields(null);

        Assert.Equal([new("b", "1"), new("a", "2")], kept);
    }

    [Fact]
    public void The_specifier_that_was_found_is_kept_in_place_of_the_one_sent()
    {
        Assert.True(RequiresPython.TryParse(">=3.8", out var found));

        Assert.Equal([new("a", "1"), new("requires_python", ">=3.8")], Form(("requires_python", "nonsense"), ("a", "1")).StoredFields(found));
        Assert.Equal([new("a", "1"), new("requires_python", ">=3.8")], Form(("a", "1")).StoredFields(found));
        Assert.Equal([new("requires_python", "nonsense")], Form(("requires_python", "nonsense")).StoredFields(null));
    }

    [Fact]
    public void Attestations_are_not_kept_with_the_form()
    {
        Assert.Equal([new("a", "1")], Form(("attestations", "[]"), ("a", "1")).StoredFields(null));
    }

    private static UploadForm Form(params (string Name, string Value)[] fields) =>
        new(null, [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
}
